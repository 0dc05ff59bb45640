"""The one connection that writes. What waits for a lock or the disk waits in its own thread."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from bff.db.connection import Connection
from bff.db.sqlite import BEGIN, begin_at_once


class Writer:
    """Opened when first needed. Everything raises sqlite3.Error."""

    def __init__(self, open_one: Callable[[], Connection]) -> None:
        self._open_one = open_one
        self._opened: Connection | None = None
        self._thread = ThreadPoolExecutor(1, "bff-writer")

    @property
    def connection(self) -> Connection:
        if self._opened is None:
            self._opened = self._open_one()
        return self._opened

    async def begin(self) -> None:
        """Nobody else writes from here on."""
        if not begin_at_once(self.connection.raw):
            await self.elsewhere(_execute, BEGIN)

    async def commit(self) -> None:
        """When this returns, what was written is on the disk."""
        await self.elsewhere(_execute, "COMMIT")

    async def rollback(self) -> None:
        await self.elsewhere(_roll_back)

    async def elsewhere(self, act: Callable[..., None], *arguments: str) -> None:
        """Act on the driver's connection where waiting holds up nobody, one after the other."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, act, self.connection.raw, *arguments)

    async def close(self) -> None:
        if self._opened:
            await self.elsewhere(sqlite3.Connection.close)
        self._opened = None
        self._thread.shutdown()


def _execute(raw: sqlite3.Connection, sql: str) -> None:
    raw.execute(sql)


def _roll_back(raw: sqlite3.Connection) -> None:
    """In its turn: a commit that nobody waits for any more may have ended the transaction."""
    if raw.in_transaction:
        raw.execute("ROLLBACK")
