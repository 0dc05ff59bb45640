"""SQLite on the event loop's own thread, but for what may wait: a lock, or the disk.

A statement here takes less time than the way to another thread and back.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite

R = TypeVar("R")
ITER_CHUNK_SIZE = 64
MAY_WAIT = "BEGIN"


class InlineConnection(aiosqlite.Connection):
    """For one task at a time, which waits for each call before the next."""

    async def _execute(self, fn: Callable[..., R], *args: Any, **options: Any) -> R:
        if _may_wait(fn, args):
            found: R = await super()._execute(fn, *args, **options)  # type: ignore[no-untyped-call]
            return found
        self._conn  # noqa: B018 - raises ValueError once closed, as the other way does
        return fn(*args, **options)


def _may_wait(fn: Callable[..., Any], args: tuple[Any, ...]) -> bool:
    name = getattr(fn, "__name__", "")
    if isinstance(getattr(fn, "__self__", None), sqlite3.Cursor):
        return name == "execute" and str(args[0]).startswith(MAY_WAIT)
    return name != "cursor"


def connect_inline(path: Path, **options: Any) -> aiosqlite.Connection:
    """As SQLAlchemy's dialect calls it: awaited, the connection is open."""

    def connector() -> sqlite3.Connection:
        own = {**options, "check_same_thread": False}
        opened: sqlite3.Connection = sqlite3.connect(path, **own)
        return opened

    made: aiosqlite.Connection = InlineConnection(connector, ITER_CHUNK_SIZE)
    made._thread.daemon = True  # noqa: SLF001 - as the dialect does with its own
    return made
