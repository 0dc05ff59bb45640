"""The database without its threads: the same file, the same SQL, each statement run at once.

It is the driver that is another: what is built on it is the program's own. A fuse kills
in the middle of anything: nothing is written any more then, as if the process were gone.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Protocol, cast

from sqlalchemy import Connection, Executable, create_engine, event
from sqlalchemy.engine import CursorResult, ScalarResult
from sqlalchemy.ext.asyncio import AsyncEngine

from bff.core.clock import Clock
from bff.core.ids import NewId
from bff.db.database import EVERY_CONNECTION, Database


class KilledError(asyncio.CancelledError):
    """Nothing catches it, as nothing catches a process's end."""


class Fuse:
    def __init__(self) -> None:
        self.blown = asyncio.Event()
        self._left: int | None = None

    def lay(self, length: int | None) -> None:
        """It blows at the statement or commit of that number; None: never."""
        self.blown = asyncio.Event()
        self._left = length

    def burn(self) -> None:
        if self._left is not None:
            self._left -= 1
            if self._left <= 0:
                self.blow()
        if self.blown.is_set():
            raise KilledError

    def blow(self) -> None:
        self.blown.set()
        raise KilledError


class DampFuse(Fuse):
    """It kills nobody: what runs on another thread could not be held."""

    def burn(self) -> None:
        pass

    def blow(self) -> None:
        pass


class InlineConnection:
    """What the program uses of an AsyncConnection."""

    def __init__(self, sync: Connection, fuse: Fuse) -> None:
        self._sync = sync
        self._fuse = fuse

    async def execute(self, statement: Executable, values: Any = None) -> CursorResult[Any]:
        self._fuse.burn()
        return self._sync.execute(statement, values)

    async def scalar(self, statement: Executable) -> Any:
        return (await self.execute(statement)).scalar()

    async def scalars(self, statement: Executable) -> ScalarResult[Any]:
        return (await self.execute(statement)).scalars()

    @asynccontextmanager
    async def begin_nested(self) -> AsyncIterator[None]:
        with self._sync.begin_nested():
            yield

    async def rollback(self) -> None:
        self._sync.rollback()

    async def get_raw_connection(self) -> SimpleNamespace:
        return SimpleNamespace(driver_connection=self._sync.connection.driver_connection)


class InlineEngine:
    """One connection, for as long as the lives go on."""

    def __init__(self, path: Path, fuse: Fuse, *pragmas: str, **options: Any) -> None:
        url, plain = f"sqlite:///{path}", {"isolation_level": None}
        self.sync_engine = create_engine(url, connect_args=plain, **options)
        self._fuse = fuse
        event.listen(self.sync_engine, "connect", _preparing(pragmas))
        self._sync = self.sync_engine.connect()

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[InlineConnection]:
        yield InlineConnection(self._sync, self._fuse)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[InlineConnection]:
        """A fuse may blow before the commit, and after it."""
        with self._sync.begin():
            yield InlineConnection(self._sync, self._fuse)
            self._fuse.burn()
        self._fuse.burn()

    def close(self) -> None:
        self._sync.close()
        self.sync_engine.dispose()


def _preparing(pragmas: tuple[str, ...]) -> Callable[[sqlite3.Connection, object], None]:
    def prepare(connection: sqlite3.Connection, _entry: object) -> None:
        for pragma in (*EVERY_CONNECTION, *pragmas):
            connection.execute(pragma)

    return prepare


class Drive(Protocol):
    """A file on which the program is begun anew at every restart."""

    fuse: Fuse

    def open(self, clock: Clock, make_id: NewId) -> Database: ...


class InlineDrive:
    """What reads the file and what writes to it outlive the program."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fuse = Fuse()
        alone = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}
        self.reader = InlineEngine(path, self.fuse, "PRAGMA query_only=ON", **alone)
        self.writer = InlineEngine(path, self.fuse)
        event.listen(self.writer.sync_engine, "begin", _begin_immediate)

    def open(self, clock: Clock, make_id: NewId) -> Database:
        return InlineDatabase(self, clock, make_id)

    def close(self) -> None:
        self.reader.close()
        self.writer.close()


class InlineDatabase(Database):
    def __init__(self, drive: InlineDrive, clock: Clock, make_id: NewId) -> None:
        self._drive = drive
        super().__init__(drive.path, clock, make_id)

    def _open(self) -> tuple[AsyncEngine, AsyncEngine]:
        drive = self._drive
        return cast("AsyncEngine", drive.reader), cast("AsyncEngine", drive.writer)


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


class ThreadedDrive:
    """With the program's own driver."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fuse: Fuse = DampFuse()
        self._opened: list[Database] = []

    def open(self, clock: Clock, make_id: NewId) -> Database:
        self._opened.append(Database(self.path, clock, make_id))
        return self._opened[-1]

    async def close(self) -> None:
        for database in self._opened:
            await database.close()
