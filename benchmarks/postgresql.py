"""PostgreSQL beside the files: a server whose commits are on the disk, filled from a file."""

import asyncio
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from benchmarks.wrk import LoadError
from bff.core.clock import SystemClock
from bff.core.progress import NoProgress
from bff.db.engines import copy_file, open_database
from bff.db.schema import migrate
from tests.support.drills.stage import own_postgresql
from tests.support.servers.control import Control
from tests.support.servers.databases import url_of
from tests.support.servers.postgresql import PostgresqlServer

BUFFERS = "256MB"
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


@contextmanager
def durable_server() -> Iterator[PostgresqlServer]:
    """Raises LoadError where a commit would not wait for the disk."""
    with own_postgresql(shared_buffers=BUFFERS) as server, closing(_control(server)) as control:
        for setting in DURABLE:
            if control.values(f"SHOW {setting}") != ["on"]:
                raise LoadError(f"writes aren't durable: {setting} is off")
        yield server


def _control(server: PostgresqlServer) -> Control:
    return Control(server.url(), "benchmarks")


def filled(server: PostgresqlServer, name: str, file: Path) -> str:
    """The URL of a new database with the file's rows."""
    with closing(_control(server)) as control:
        control.execute(f"CREATE DATABASE {name}")
    url = url_of(server.url(), name)
    asyncio.run(_fill(url, file))
    return url


def copied(server: PostgresqlServer, source: str, name: str) -> str:
    """The URL of a new database as `source` is, which nobody uses meanwhile."""
    with closing(_control(server)) as control:
        control.execute(f"CREATE DATABASE {name} TEMPLATE {source}")
    return url_of(server.url(), name)


async def _fill(url: str, file: Path) -> None:
    db = open_database(url, SystemClock())
    await migrate(db)
    await db.close()
    await copy_file(file, url, NoProgress())
    with closing(Control(url, "benchmarks")) as control:
        control.execute("VACUUM ANALYZE")
