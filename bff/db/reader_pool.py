"""A few connections that read, lent to whoever comes first."""

import asyncio
from collections import deque
from collections.abc import Callable
from types import TracebackType

from bff.db.connection import Connection


class Readers:
    """Opened when first needed, `most` of them. `wait_s`: how long one is waited for."""

    def __init__(self, open_one: Callable[[], Connection], most: int, wait_s: float) -> None:
        self._open_one = open_one
        self._most = most
        self._wait_s = wait_s
        self._opened: list[Connection] = []
        self._idle: list[Connection] = []
        self._waiting: deque[asyncio.Future[Connection]] = deque()

    def lend(self) -> "Lease":
        return Lease(self)

    async def take(self) -> Connection:
        """In the order of asking. Raises TimeoutError."""
        if self._idle:
            return self._idle.pop()
        if len(self._opened) < self._most:
            self._opened.append(self._open_one())
            return self._opened[-1]
        return await self._next()

    async def _next(self) -> Connection:
        promised: asyncio.Future[Connection] = asyncio.get_running_loop().create_future()
        self._waiting.append(promised)
        try:
            async with asyncio.timeout(self._wait_s):
                return await promised
        except BaseException:
            if promised.done() and not promised.cancelled():
                self.give_back(promised.result())
            raise

    def give_back(self, connection: Connection) -> None:
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
    __slots__ = ("_connection", "_readers")
    _connection: Connection

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    async def __aenter__(self) -> Connection:
        self._connection = await self._readers.take()
        return self._connection

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._readers.give_back(self._connection)
