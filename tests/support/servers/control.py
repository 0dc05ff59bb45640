"""A connection to PostgreSQL for fixtures and tests without an event loop of their own."""

import asyncio
import threading
from collections.abc import Coroutine
from functools import cache
from typing import Any, TypeVar

import asyncpg

T = TypeVar("T")


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """It runs in a thread as long as this process does."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="control of PostgreSQL", daemon=True).start()
    return loop


class Control:
    """Each call waits. `name`: by which the server knows the connection."""

    def __init__(self, url: str, name: str) -> None:
        connecting = asyncpg.connect(url, server_settings={"application_name": name})
        self._connection: asyncpg.Connection[asyncpg.Record] = wait(connecting)

    def execute(self, *statements: str) -> None:
        """Each in a transaction of its own."""
        for statement in statements:
            wait(self._connection.execute(statement))

    def rows(self, query: str) -> list[Any]:
        """It stays prepared."""
        return wait(self._connection.fetch(query))

    def values(self, query: str, *arguments: object) -> list[Any]:
        """Of the first column."""
        rows = wait(self._connection.fetch(query, *arguments))
        return [row[0] for row in rows]

    def close(self) -> None:
        wait(self._connection.close(timeout=5))


def wait(awaited: Coroutine[Any, Any, T]) -> T:
    """Its result, from the loop of that thread."""
    return asyncio.run_coroutine_threadsafe(awaited, _loop()).result()
