"""The one place through which everything is read and written."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import CursorResult, Executable, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bff.core.clock import Clock
from bff.core.ids import NewId, new_id
from bff.core.refusal import Refusal
from bff.db.feed import Feed

T = TypeVar("T")

READERS = 4
BUSY_TIMEOUT_MS = 10_000
EVERY_CONNECTION = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
)


@dataclass
class Tx:
    """A write under way: one moment for all of it, and who is to be woken once it is durable."""

    connection: AsyncConnection
    now: datetime
    make_id: NewId = new_id
    topics: set[str] = field(default_factory=set)

    async def execute(self, statement: Executable, values: Any = None) -> CursorResult[Any]:
        return await self.connection.execute(statement, values)

    def new_id(self, prefix: str) -> str:
        return self.make_id(prefix, self.now)


UseCase = Callable[[Tx], Awaitable[T]]


class Database:
    """SQLite in WAL mode: many readers, one writer.

    `read` lends a connection for a statement or two; don't hold it while waiting
    for anything else. `write` runs a use case, commits, then wakes the feed.
    """

    def __init__(self, path: Path, clock: Clock, make_id: NewId = new_id) -> None:
        self.path = path
        self.clock = clock
        self.feed = Feed()
        self._make_id = make_id
        self._turn = asyncio.Lock()
        self._writing: set[asyncio.Task[Any]] = set()
        self._reader = _engine(path, READERS, "PRAGMA query_only=ON")
        self._writer = _engine(path, 1)
        event.listen(self._writer.sync_engine, "begin", _begin_immediate)

    @property
    def engines(self) -> tuple[AsyncEngine, AsyncEngine]:
        """The readers' and the writer's: for listening to their statements, not for use."""
        return self._reader, self._writer

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        async with self._reader.connect() as connection:
            yield connection

    async def write(self, use_case: UseCase[T]) -> T:
        """Run, commit durably, wake. A write that has begun ends even if its caller goes away."""
        writing = asyncio.create_task(self._attempt(use_case))
        self._writing.add(writing)
        writing.add_done_callback(self._writing.discard)
        outcome = await asyncio.shield(writing)
        if isinstance(outcome, Refusal):
            raise outcome
        return outcome

    async def _attempt(self, use_case: UseCase[T]) -> T | Refusal:
        """A refusal is handed over: where nobody waits for it any more, it is no fault."""
        try:
            return await self._write(use_case)
        except Refusal as refusal:
            return refusal

    async def _write(self, use_case: UseCase[T]) -> T:
        async with self._turn, self._writer.begin() as connection:
            tx = Tx(connection, self.clock.now(), self._make_id)
            result = await use_case(tx)
        self.feed.wake(tx.topics)
        return result

    async def close(self) -> None:
        await self._reader.dispose()
        await self._writer.dispose()


def _engine(path: Path, size: int, *pragmas: str) -> AsyncEngine:
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{path}",
        connect_args={"isolation_level": None},
        pool_size=size,
        max_overflow=0,
        pool_timeout=BUSY_TIMEOUT_MS / 1000,
    )

    def prepare(connection: Any, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in (*EVERY_CONNECTION, *pragmas):
            cursor.execute(pragma)
        cursor.close()

    event.listen(engine.sync_engine, "connect", prepare)
    return engine


def _begin_immediate(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
