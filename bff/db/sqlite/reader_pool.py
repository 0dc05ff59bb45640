"""A few connections that read, leased to the first who wait for one."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from types import TracebackType

from bff.db.errors import DatabaseUnavailableError
from bff.db.sqlite.connection import SqliteConnection


class ReaderPool:
    """Opened when first needed, `size` of them. `wait_s`: how long one is waited for; `on_wait`
    is called with the seconds, where one was."""

    def __init__(
        self,
        open_connection: Callable[[], SqliteConnection],
        size: int,
        wait_s: float,
        on_wait: Callable[[float], None] = lambda _: None,
    ) -> None:
        self._open_connection = open_connection
        self._size = size
        self._wait_s = wait_s
        self._on_wait = on_wait
        self._opened: list[SqliteConnection] = []
        self._idle: list[SqliteConnection] = []
        self._waiting: deque[asyncio.Future[SqliteConnection]] = deque()

    def lease(self) -> "Lease":
        return Lease(self)

    async def acquire(self) -> SqliteConnection:
        """In the order of asking. Raises DatabaseUnavailableError."""
        if self._idle:
            return self._idle.pop()
        if len(self._opened) < self._size:
            self._opened.append(self._open_connection())
            return self._opened[-1]
        return await self._next()

    async def _next(self) -> SqliteConnection:
        promised: asyncio.Future[SqliteConnection] = asyncio.get_running_loop().create_future()
        self._waiting.append(promised)
        began = time.perf_counter()
        try:
            async with asyncio.timeout(self._wait_s):
                return await promised
        except BaseException as error:
            if promised.done() and not promised.cancelled():
                self.release(promised.result())
            if isinstance(error, TimeoutError):
                raise DatabaseUnavailableError("no connection became free") from error
            raise
        finally:
            self._on_wait(time.perf_counter() - began)

    def release(self, connection: SqliteConnection) -> None:
        if connection not in self._opened:
            return  # closed meanwhile
        while self._waiting:
            promised = self._waiting.popleft()
            if not promised.done():
                promised.set_result(connection)
                return
        self._idle.append(connection)

    def close(self) -> None:
        for connection in self._opened:
            connection.close()
        self._opened, self._idle = [], []


class Lease:
    __slots__ = ("_connection", "_pool")
    _connection: SqliteConnection

    def __init__(self, pool: ReaderPool) -> None:
        self._pool = pool

    async def __aenter__(self) -> SqliteConnection:
        self._connection = await self._pool.acquire()
        return self._connection

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.release(self._connection)
