"""A PostgreSQL server of the tests, on a Unix socket: quick, and safe from all but a power cut."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from tests.support.servers.account import server_account
from tests.support.servers.installation import NEWEST, programs

USER = "bff"
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
    "timezone": "Asia/Shanghai",  # moments have to come back as UTC whatever it is
}
START_S = 60


class ServerError(Exception):
    """A server did not start or stop; what it wrote is said."""


class PostgresqlServer:
    """`folder`: its own, which any account can reach; made where it is missing.

    Its programs are copied beside the folder's parent where its account could not run them.
    """

    def __init__(self, folder: Path, version: int = NEWEST) -> None:
        self.folder = folder
        self._account = server_account()
        self._programs = programs(version, self._account, folder.parent.parent)
        self._data = folder / "data"
        self._log = folder / "log"

    def create(self, settings: Mapping[str, str] = SETTINGS) -> None:
        """Empty, and not started."""
        self.folder.mkdir(mode=0o700)
        self._account.own(self.folder)
        given = {**settings, "unix_socket_directories": str(self.folder)}
        options = [f"--set={name}={value}" for name, value in given.items()]
        plain = ("--no-sync", "--no-locale", "--encoding=UTF8", "--auth=trust")
        self._run("initdb", *plain, f"--username={USER}", *options)

    def start(self) -> None:
        """Returns once it answers."""
        self._run("pg_ctl", "start", "--wait", f"--timeout={START_S}", f"--log={self._log}")

    def stop(self, mode: str = "fast") -> None:
        """`immediate`: as in a crash."""
        self._run("pg_ctl", "stop", "--wait", f"--timeout={START_S}", f"--mode={mode}")

    def copy_from(self, other: "PostgresqlServer") -> None:
        """A base backup of another server, which runs; not started."""
        self.folder.mkdir(mode=0o700)
        self._account.own(self.folder)
        plain = ("--checkpoint=fast", "--wal-method=stream", "--no-sync")
        self._run("pg_basebackup", *plain, f"--dbname={other.url()}")

    def recover(self, settings: Mapping[str, str]) -> None:
        """From the archive, at the next start. It answers at a socket of its own."""
        own = {**settings, "unix_socket_directories": str(self.folder)}
        with (self._data / "postgresql.auto.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in own.items())
        (self._data / "recovery.signal").touch()

    @property
    def is_running(self) -> bool:
        return (self._data / "postmaster.pid").exists()

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://{USER}@/{database}?host={quote(str(self.folder), safe='/')}"

    def _run(self, program: str, *arguments: str) -> None:
        """A server that is started would hold a pipe open, so the output goes to a file."""
        output = self.folder / "output"
        with output.open("wb") as out:
            done = subprocess.run(
                [self._programs / program, f"--pgdata={self._data}", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd=self.folder,
                env={"PATH": os.defpath, "LC_ALL": "C"},
                check=False,
                **self._account.options,
            )
        if done.returncode:
            log = self._log.read_text() if self._log.exists() else ""
            raise ServerError(f"{program} of PostgreSQL: {output.read_text()}{log}")


def stop_all(run: Path) -> None:
    """Those whose folders lie in a run's."""
    for file in run.glob("*/data/PG_VERSION"):
        server = PostgresqlServer(file.parents[1], int(file.read_text()))
        if server.is_running:
            server.stop("immediate")
