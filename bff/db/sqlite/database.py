"""SQLite in WAL mode: many readers, one writer, and many writes in one commit."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, closing
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy

from bff.core.clock import Clock
from bff.core.contexts import WithinContext
from bff.core.ids import NewId, new_id
from bff.db.connection import Connection
from bff.db.database import Database
from bff.db.sqlite import alteration
from bff.db.sqlite.connection import SqliteConnection
from bff.db.sqlite.files import BUSY_TIMEOUT_MS, READ_ONLY, open_file
from bff.db.sqlite.reader_pool import Lease, ReaderPool
from bff.db.sqlite.writer import Writer
from bff.db.transaction import Tx, UseCase

T = TypeVar("T")

READERS = 4
MAX_WRITES_PER_COMMIT = 64


class TransactionLostError(Exception):
    """SQLite has rolled back more than the write that failed."""


@dataclass(slots=True, eq=False)
class PendingWrite:
    """A write in the queue; `done` is resolved once it is durable, or refused, or failed.

    `context`: its caller's, in which it runs: what it logs and does belongs to that request.
    """

    use_case: UseCase[Any]
    done: asyncio.Future[Any]
    context: Context
    queued_at: float
    result: Any = None
    error: Exception | None = None
    topics: set[str] = field(default_factory=set)

    def resolve(self) -> None:
        """Unless its caller has gone."""
        if self.done.cancelled():
            return
        if self.error:
            self.done.set_exception(self.error)
        else:
            self.done.set_result(self.result)


async def _carry_out(use_case: UseCase[T], tx: Tx) -> T:
    result = await use_case(tx)
    await tx.finish()
    return result


class SqliteDatabase(Database):
    def __init__(
        self,
        path: Path,
        clock: Clock,
        make_id: NewId = new_id,
        max_writes_per_commit: int = MAX_WRITES_PER_COMMIT,
    ) -> None:
        super().__init__(clock, make_id)
        self.path = path
        self._max_writes = max_writes_per_commit
        self._queue: list[PendingWrite] = []
        self._draining: asyncio.Task[None] | None = None
        self.readers, self.writer = self._open()

    @property
    def address(self) -> str:
        return f"sqlite:///{self.path}"

    def _open(self) -> tuple[ReaderPool, Writer]:
        def open_connection(*pragmas: str) -> SqliteConnection:
            return SqliteConnection(open_file(self.path, *pragmas), self.listeners)

        timeout_s = BUSY_TIMEOUT_MS / 1000
        readers = ReaderPool(
            lambda: open_connection(READ_ONLY), READERS, timeout_s, self._readers_waited
        )
        return readers, Writer(open_connection)

    def _readers_waited(self, seconds: float) -> None:
        if self.on_wait:
            self.on_wait("reader", seconds)

    def read(self) -> Lease:
        return self.readers.lease()

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Connection]:
        async with self.read() as connection:
            await connection.execute("BEGIN")
            try:
                yield connection
            finally:
                await connection.execute("ROLLBACK")

    async def _look(self, query: Callable[[Connection], Awaitable[T]]) -> T:
        connection = SqliteConnection(open_file(self.path, READ_ONLY))
        with closing(connection):
            return await query(connection)

    async def size_bytes(self, connection: Connection) -> int:
        """Its file and its log."""
        files = (self.path, self.path.with_name(f"{self.path.name}-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    async def write(self, use_case: UseCase[T]) -> T:
        done = asyncio.get_running_loop().create_future()
        write = PendingWrite(use_case, done, copy_context(), time.perf_counter())
        self._queue.append(write)
        if self._draining is None or self._draining.done():
            self._draining = asyncio.create_task(self._drain())
        result: T = await write.done
        return result

    async def _drain(self) -> None:
        """Writes that arrive together share one commit; meanwhile the next ones gather."""
        while self._queue:
            group = self._queue[: self._max_writes]
            self._queue = self._queue[self._max_writes :]
            try:
                await self._commit(group)
            except Exception as error:  # noqa: BLE001 - whatever it is, none of them is durable
                for write in group:
                    write.error, write.topics = write.error or error, set()
            self.wakeups.publish({topic for write in group for topic in write.topics})
            for write in group:
                write.resolve()

    async def _commit(self, group: Sequence[PendingWrite]) -> None:
        await self.writer.begin()
        if self.on_wait:
            for write in group:
                self.on_wait("writer", time.perf_counter() - write.queued_at)
        try:
            for write in group:
                await self._run(write)
            written = sum(write.error is None for write in group)
            await (self._make_durable(written) if written else self.writer.rollback())
        except BaseException:
            await self.writer.rollback()
            raise

    async def _make_durable(self, written: int) -> None:
        began = time.perf_counter()
        await self.writer.commit()
        if self.on_commit:
            self.on_commit(written, time.perf_counter() - began)

    async def _run(self, write: PendingWrite) -> None:
        """In a savepoint of its own: one that fails hurts no other."""
        tx = self.transaction(self.writer.connection)
        try:
            async with tx.savepoint():
                write.result = await WithinContext(write.context, _carry_out(write.use_case, tx))
        except Exception as error:
            write.error = error
            if not tx.connection.in_transaction:
                raise TransactionLostError from error
        else:
            write.topics = tx.topics

    async def alter(self, change: Callable[[sqlalchemy.Connection], T]) -> T:
        return await asyncio.to_thread(alteration.alter, self.path, change)

    async def close(self) -> None:
        self.readers.close()
        await self.writer.close()
