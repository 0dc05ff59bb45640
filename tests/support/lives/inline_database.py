"""The database without its threads: the same file, the same SQL, each statement run at once.

It is the driver that is another: what is built on it is the program's own. A fuse kills
in the middle of anything: nothing is written any more then, as if the process were gone.
"""

import asyncio
from pathlib import Path
from typing import Any, Protocol

from bff.core.clock import Clock
from bff.core.ids import NewId
from bff.db.connection import Result
from bff.db.database import Database
from bff.db.sqlite.connection import SqliteConnection
from bff.db.sqlite.database import SqliteDatabase
from bff.db.sqlite.files import READ_ONLY, begin_at_once, open_file
from bff.db.sqlite.reader_pool import ReaderPool
from bff.db.sqlite.writer import Writer


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


class FusedConnection(SqliteConnection):
    def __init__(self, path: Path, fuse: Fuse, *pragmas: str) -> None:
        super().__init__(open_file(path, *pragmas))
        self._fuse = fuse

    async def execute(self, statement: Any, values: Any = None) -> Result[Any]:
        self._fuse.burn()
        return await super().execute(statement, values)


class InlineWriter(Writer):
    """A fuse may blow before the commit, and after it."""

    def __init__(self, connection: SqliteConnection, fuse: Fuse) -> None:
        super().__init__(lambda: connection)
        self._written = connection
        self._fuse = fuse

    @property
    def connection(self) -> SqliteConnection:
        return self._written

    async def begin(self) -> None:
        begin_at_once(self.connection.raw)

    async def commit(self) -> None:
        self._fuse.burn()
        self.connection.raw.commit()
        self._fuse.burn()

    async def rollback(self) -> None:
        self.connection.raw.rollback()


class Drive(Protocol):
    """A file on which the program is begun anew at every restart."""

    fuse: Fuse

    def open(self, clock: Clock, make_id: NewId) -> Database: ...


class InlineDrive:
    """What reads the file and what writes to it outlive the program."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fuse = Fuse()
        self.reader = FusedConnection(path, self.fuse, READ_ONLY)
        self._written = FusedConnection(path, self.fuse)
        self.writer = InlineWriter(self._written, self.fuse)

    def open(self, clock: Clock, make_id: NewId) -> Database:
        return InlineDatabase(self, clock, make_id)

    def close(self) -> None:
        self.reader.close()
        self._written.close()


class InlineDatabase(SqliteDatabase):
    def __init__(self, drive: InlineDrive, clock: Clock, make_id: NewId) -> None:
        self._drive = drive
        super().__init__(drive.path, clock, make_id)

    def _open(self) -> tuple[ReaderPool, Writer]:
        return ReaderPool(lambda: self._drive.reader, size=1, wait_s=1), self._drive.writer


class ThreadedDrive:
    """With the program's own driver."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fuse: Fuse = DampFuse()
        self._opened: list[Database] = []

    def open(self, clock: Clock, make_id: NewId) -> Database:
        self._opened.append(SqliteDatabase(self.path, clock, make_id))
        return self._opened[-1]

    async def close(self) -> None:
        for database in self._opened:
            await database.close()
