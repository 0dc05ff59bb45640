"""PostgreSQL: each write is a transaction, as if it were the only one."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, Literal, TypeVar

import asyncpg
from sqlalchemy import make_url

from bff.core.clock import Clock
from bff.core.ids import NewId, new_id
from bff.db.connection import Connection
from bff.db.database import Database
from bff.db.errors import DatabaseUnavailableError
from bff.db.postgresql.connection import (
    CONFLICTS,
    UNAVAILABLE,
    ConflictError,
    PostgresqlConnection,
)
from bff.db.postgresql.form import FORM
from bff.db.postgresql.pool import COMMAND_S, WAIT_S, ConnectionPool, Raw
from bff.db.statements import Prepared
from bff.db.transaction import UseCase

T = TypeVar("T")
Isolation = Literal["serializable", "repeatable read", "read committed"]

READERS = 8
WRITERS = 8
MAX_RUNS = 12
MAX_KEY_RUNS = 3  # for a key that is there already: after that it is a fault
FIRST_PAUSE_S = 0.002
MAX_PAUSE_S = 0.2
READ_ONLY = {"default_transaction_read_only": "on"}


class PostgresqlDatabase(Database):
    """Readers see what is committed. Writes are serializable: one that would not have been
    possible after the others runs again, up to MAX_RUNS times."""

    def __init__(
        self,
        url: str,
        clock: Clock,
        make_id: NewId = new_id,
        isolation: Isolation = "serializable",
    ) -> None:
        super().__init__(clock, make_id)
        self._url = url
        self._readers = ConnectionPool(url, READERS, READ_ONLY)
        self._writers = ConnectionPool(url, WRITERS, {"default_transaction_isolation": isolation})
        self._under_way: set[asyncio.Task[Any]] = set()

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
            yield PostgresqlConnection(raw, self.listeners)

    def count(self, counting: Prepared[Any], values: Mapping[str, Any] | None = None) -> int:
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, self._count(counting, values or {})).result()

    async def _count(self, counting: Prepared[Any], values: Mapping[str, Any]) -> int:
        compiled = counting.compiled(FORM)
        raw = await asyncpg.connect(self._url, timeout=WAIT_S, command_timeout=COMMAND_S)
        try:
            return int(await raw.fetchval(compiled.sql, *compiled.bind(values)))
        finally:
            await raw.close()

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
        async with self._writers.lease() as raw:
            connection = PostgresqlConnection(raw, self.listeners, is_retried=is_retried)
            tx = self.transaction(connection)
            async with self._transaction(raw):
                result = await use_case(tx)
                await tx.finish()
                await tx.flush()
        self.wakeups.publish(tx.topics)
        return result

    @asynccontextmanager
    async def _transaction(self, raw: Raw) -> AsyncIterator[None]:
        transaction = raw.transaction()
        try:
            await transaction.start()
            try:
                yield
            except BaseException:
                await transaction.rollback()
                raise
            began = time.perf_counter()
            await transaction.commit()
        except CONFLICTS as error:
            raise ConflictError from error
        except UNAVAILABLE as error:
            raise DatabaseUnavailableError(str(error)) from error
        if self.on_commit:
            self.on_commit(1, time.perf_counter() - began)

    async def close(self) -> None:
        """Once what is under way is done."""
        await asyncio.gather(*self._under_way, return_exceptions=True)
        for pool in (self._readers, self._writers):
            await pool.close()
