"""PostgreSQL: many writes at the same time, each a transaction that locks its shopper."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import partial
from typing import Any, TypeVar, cast

import asyncpg
import sqlalchemy
from sqlalchemy import make_url

from bff.core.clock import Clock
from bff.core.ids import NewId, new_id
from bff.db.connection import Connection
from bff.db.database import Database, Pool
from bff.db.errors import DatabaseUnavailableError
from bff.db.postgresql import alteration
from bff.db.postgresql.connection import (
    CONFLICTS,
    UNAVAILABLE,
    ConflictError,
    PostgresqlConnection,
)
from bff.db.postgresql.pool import COMMAND_S, WAIT_S, ConnectionPool, Raw
from bff.db.transaction import UseCase

T = TypeVar("T")

READERS = 8
WRITERS = 8
MAX_RUNS = 12
MAX_KEY_RUNS = 3  # for a key that is there already: after that it is a fault
FIRST_PAUSE_S = 0.002
MAX_PAUSE_S = 0.2
READ_ONLY = {"default_transaction_read_only": "on"}
# What a statement reads after a lock is as the one who held it has left it.
SIZE = "SELECT pg_database_size(current_database())"
WRITING = {"default_transaction_isolation": "read committed"}


class PostgresqlDatabase(Database):
    """Readers see what is committed. Writes of one shopper come one after the other: each locks
    its shopper first. One that another has made impossible (a key that both add, a deadlock) runs
    again from its start, up to MAX_RUNS times."""

    def __init__(
        self,
        url: str,
        clock: Clock,
        make_id: NewId = new_id,
    ) -> None:
        super().__init__(clock, make_id)
        self._url = url
        self._readers = ConnectionPool(url, READERS, READ_ONLY, partial(self._waited, "reader"))
        self._writers = ConnectionPool(url, WRITERS, WRITING, partial(self._waited, "writer"))
        self._under_way: set[asyncio.Task[Any]] = set()

    def _waited(self, pool: Pool, seconds: float) -> None:
        if self.on_wait:
            self.on_wait(pool, seconds)

    @property
    def address(self) -> str:
        return make_url(self._url).render_as_string(hide_password=True)

    @property
    def url(self) -> str:
        """With its password."""
        return self._url

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Connection]:
        async with self._readers.lease() as raw:
            yield self._connection(raw)

    def _connection(self, raw: Raw, *, is_retried: bool = False) -> PostgresqlConnection:
        return PostgresqlConnection(raw, self.listeners, is_retried=is_retried)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Connection]:
        async with self._readers.lease() as raw, raw.transaction(isolation="repeatable_read"):
            yield PostgresqlConnection(raw, self.listeners)

    async def _look(self, query: Callable[[Connection], Awaitable[T]]) -> T:
        try:
            raw = await asyncpg.connect(self._url, timeout=WAIT_S, command_timeout=COMMAND_S)
        except UNAVAILABLE as error:
            raise DatabaseUnavailableError(str(error)) from error
        try:
            return await query(PostgresqlConnection(cast("Raw", raw)))
        finally:
            await raw.close()

    async def size_bytes(self, connection: Connection) -> int:
        return int((await connection.execute(SIZE)).scalar())

    async def write(self, use_case: UseCase[T]) -> T:
        task = asyncio.create_task(self._write(use_case))
        self._under_way.add(task)
        task.add_done_callback(self._forget)
        return await asyncio.shield(task)

    def _forget(self, task: "asyncio.Task[Any]") -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # its caller may have gone

    async def _write(self, use_case: UseCase[T]) -> T:
        for run in range(MAX_RUNS):
            try:
                return await self._run(use_case, is_retried=run < MAX_KEY_RUNS)
            except ConflictError:
                if self.on_retry:
                    self.on_retry()
                pause_s = min(FIRST_PAUSE_S * 2**run, MAX_PAUSE_S)
                await asyncio.sleep(pause_s * random.uniform(0.5, 1.5))  # noqa: S311 - no secret
        raise DatabaseUnavailableError(f"{MAX_RUNS} times in vain: other writes were in the way")

    async def _run(self, use_case: UseCase[T], *, is_retried: bool) -> T:
        async with self._writers.lease() as raw, self._transaction(raw):
            tx = self.transaction(self._connection(raw, is_retried=is_retried))
            result = await use_case(tx)
            await tx.finish()
            await tx.flush()
        self.wakeups.publish(tx.topics)
        return result

    @asynccontextmanager
    async def _transaction(self, raw: Raw) -> AsyncIterator[None]:
        transaction = raw.transaction()
        with _translated():
            await transaction.start()
        try:
            yield
        except BaseException:
            with suppress(*UNAVAILABLE):  # then there is nothing left to undo
                await transaction.rollback()
            raise
        began = time.perf_counter()
        with _translated():
            await transaction.commit()
        if self.on_commit:
            self.on_commit(1, time.perf_counter() - began)

    async def alter(self, change: Callable[[sqlalchemy.Connection], T]) -> T:
        return await alteration.alter(self._url, change)

    async def close(self) -> None:
        """Once what is under way is done."""
        await asyncio.gather(*self._under_way, return_exceptions=True)
        for pool in (self._readers, self._writers):
            await pool.close()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except CONFLICTS as error:
        raise ConflictError from error
    except UNAVAILABLE as error:
        raise DatabaseUnavailableError(str(error)) from error
