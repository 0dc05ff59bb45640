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
from bff.db.feed import Feed
from bff.db.inline import connect_inline

T = TypeVar("T")

READERS = 4
MOST_TOGETHER = 64
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
    _at_end: dict[str, "Step"] = field(default_factory=dict)

    async def execute(self, statement: Executable, values: Any = None) -> CursorResult[Any]:
        return await self.connection.execute(statement, values)

    def new_id(self, prefix: str) -> str:
        return self.make_id(prefix, self.now)

    def at_end(self, key: str, step: "Step") -> None:
        """Once for each key, after all else in this write and before it is committed."""
        self._at_end[key] = step

    async def finish(self) -> None:
        while self._at_end:
            steps, self._at_end = self._at_end, {}
            for step in steps.values():
                await step()


Step = Callable[[], Awaitable[None]]
UseCase = Callable[[Tx], Awaitable[T]]


@dataclass
class _Asked:
    """A write in the queue; `done` is set once it is durable, or refused, or failed."""

    use_case: UseCase[Any]
    done: asyncio.Event = field(default_factory=asyncio.Event)
    result: Any = None
    error: Exception | None = None
    topics: set[str] = field(default_factory=set)


class TransactionLostError(Exception):
    """SQLite has rolled back more than the write that failed."""


class Database:
    """SQLite in WAL mode: many readers, one writer.

    `read` lends a connection for a statement or two; don't hold it while waiting
    for anything else. `write` runs a use case, commits, then wakes the feed.
    """

    def __init__(
        self,
        path: Path,
        clock: Clock,
        make_id: NewId = new_id,
        most_together: int = MOST_TOGETHER,
    ) -> None:
        self.path = path
        self.clock = clock
        self.feed = Feed()
        self._make_id = make_id
        self._most_together = most_together
        self._queue: list[_Asked] = []
        self._draining: asyncio.Task[None] | None = None
        self._reader, self._writer = self._open()

    def _open(self) -> tuple[AsyncEngine, AsyncEngine]:
        # A reader's statement is a transaction of its own: there is nothing to roll back.
        alone = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}
        reader = _engine(self.path, READERS, "PRAGMA query_only=ON", **alone)
        writer = _engine(self.path, 1)
        event.listen(writer.sync_engine, "begin", _begin_immediate)
        return reader, writer

    @property
    def engines(self) -> tuple[AsyncEngine, AsyncEngine]:
        """The readers' and the writer's: for listening to their statements, not for use."""
        return self._reader, self._writer

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        async with self._reader.connect() as connection:
            yield connection

    async def write(self, use_case: UseCase[T]) -> T:
        """Run, commit durably, wake. What was asked for is done even if its caller goes away."""
        asked = _Asked(use_case)
        self._queue.append(asked)
        if self._draining is None or self._draining.done():
            self._draining = asyncio.create_task(self._drain())
        await asked.done.wait()
        if asked.error:
            raise asked.error
        result: T = asked.result
        return result

    async def _drain(self) -> None:
        """Writes that arrive together share one commit."""
        while self._queue:
            most = self._most_together
            together, self._queue = self._queue[:most], self._queue[most:]
            await self._commit(together)
            for asked in together:
                self.feed.wake(asked.topics)
                asked.done.set()

    async def _commit(self, together: list[_Asked]) -> None:
        try:
            async with self._writer.begin() as connection:
                for asked in together:
                    await self._run(connection, asked)
                if all(asked.error for asked in together):
                    await connection.rollback()
        except Exception as error:  # noqa: BLE001 - whatever it is, none of them is durable
            for asked in together:
                asked.error, asked.topics = asked.error or error, set()

    async def _run(self, connection: AsyncConnection, asked: _Asked) -> None:
        """In a savepoint of its own: one that fails hurts no other."""
        tx = Tx(connection, self.clock.now(), self._make_id)
        try:
            async with connection.begin_nested():
                asked.result = await asked.use_case(tx)
                await tx.finish()
        except Exception as error:  # noqa: BLE001 - handed to the caller
            asked.error = error
            await _check_under_way(connection)
        else:
            asked.topics = tx.topics

    async def close(self) -> None:
        await self._reader.dispose()
        await self._writer.dispose()


def _engine(path: Path, size: int, *pragmas: str, **options: Any) -> AsyncEngine:
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{path}",
        connect_args={"isolation_level": None, "async_creator_fn": connect_inline},
        pool_size=size,
        max_overflow=0,
        pool_timeout=BUSY_TIMEOUT_MS / 1000,
        **options,
    )

    def prepare(connection: Any, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in (*EVERY_CONNECTION, *pragmas):
            cursor.execute(pragma)
        cursor.close()

    event.listen(engine.sync_engine, "connect", prepare)
    return engine


async def _check_under_way(connection: AsyncConnection) -> None:
    """A full disk may have rolled back the writes before as well. Raises TransactionLostError."""
    raw: Any = (await connection.get_raw_connection()).driver_connection
    if not raw.in_transaction:
        raise TransactionLostError


def _begin_immediate(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
