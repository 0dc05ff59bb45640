"""The one connection that writes. What waits for a lock or the disk waits in aiosqlite's thread."""

import sqlite3
from collections.abc import Callable

import aiosqlite

from bff.db.errors import DatabaseUnavailableError
from bff.db.sqlite.connection import SqliteConnection
from bff.db.sqlite.files import BEGIN, begin_at_once

ROW_BATCH = 64  # that aiosqlite would read; statements run on the loop's own thread


class Writer:
    """Opened when first needed. Everything raises sqlite3.Error."""

    def __init__(self, open_connection: Callable[[], SqliteConnection]) -> None:
        self._open_connection = open_connection
        self._opened: SqliteConnection | None = None
        self._driver: aiosqlite.Connection | None = None

    @property
    def connection(self) -> SqliteConnection:
        """Of the transaction that has begun."""
        if self._opened is None:
            raise LookupError("nothing has begun")
        return self._opened

    async def driver(self) -> aiosqlite.Connection:
        if self._driver is None:
            driver = aiosqlite.Connection(self._open, ROW_BATCH)
            # A process that ends before it closes the connection must not wait for the thread.
            driver._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy's own dialect does
            self._driver = await driver
        return self._driver

    def _open(self) -> sqlite3.Connection:
        self._opened = self._open_connection()
        return self._opened.raw

    async def begin(self) -> None:
        """No other process writes from here on. Raises DatabaseUnavailableError where one does
        for too long."""
        driver = await self.driver()
        if begin_at_once(self.connection.raw):
            return
        try:
            await driver.execute(BEGIN)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            raise DatabaseUnavailableError("another process writes for too long") from error

    async def commit(self) -> None:
        """When this returns, what was written is on the disk."""
        await (await self.driver()).commit()

    async def rollback(self) -> None:
        """In its turn: a commit whose caller has gone may have ended the transaction."""
        await (await self.driver()).rollback()

    async def close(self) -> None:
        if self._driver:
            await self._driver.close()
        self._opened = self._driver = None
