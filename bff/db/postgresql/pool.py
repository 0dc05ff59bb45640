"""Connections to PostgreSQL, opened when they are needed and lent one at a time."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from bff.db.errors import DatabaseUnavailableError
from bff.db.postgresql.connection import UNAVAILABLE

WAIT_S = 10.0
COMMAND_S = 30.0
EVERY_CONNECTION = {"timezone": "UTC", "application_name": "bff", "jit": "off"}

Raw: TypeAlias = "PoolConnectionProxy[Any]"


class ConnectionPool:
    """`size`: how many there are at most. `session`: what is set on each. `on_wait` is called with
    the seconds for which one was waited."""

    def __init__(
        self,
        url: str,
        size: int,
        session: Mapping[str, str],
        on_wait: Callable[[float], None] = lambda _: None,
    ) -> None:
        self._url = url
        self._size = size
        self._session = {**EVERY_CONNECTION, **session}
        self._pool: asyncpg.Pool[Any] | None = None
        self._opening = asyncio.Lock()
        self._on_wait = on_wait

    @asynccontextmanager
    async def lease(self) -> AsyncIterator[Raw]:
        """Raises DatabaseUnavailableError."""
        began = time.perf_counter()
        try:
            pool = self._pool or await self._open()
            raw = await pool.acquire(timeout=WAIT_S)
        except UNAVAILABLE as error:
            raise DatabaseUnavailableError(str(error) or "no connection became free") from error
        self._on_wait(time.perf_counter() - began)
        try:
            yield raw
        finally:
            await pool.release(raw)

    async def _open(self) -> "asyncpg.Pool[Any]":
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    self._url,
                    min_size=0,
                    max_size=self._size,
                    reset=_keep,
                    timeout=WAIT_S,
                    command_timeout=COMMAND_S,
                    statement_cache_size=1024,
                    max_cached_statement_lifetime=0,
                    server_settings=self._session,
                )
            return self._pool

    async def close(self) -> None:
        """Once all are given back."""
        if self._pool:
            await self._pool.close()
        self._pool = None


async def _keep(_connection: object) -> None:
    """No use of a connection leaves anything on it: a reset would be a round trip for nothing."""
