"""The one place through which everything is read and written, and where writes are committed."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from typing import Literal, TypeVar

import sqlalchemy

from bff.core.clock import Clock
from bff.core.ids import NewId, new_id
from bff.db.connection import Connection, StatementListener
from bff.db.transaction import Caches, Tx, UseCase
from bff.db.wakeups import WakeUps

T = TypeVar("T")
Pool = Literal["reader", "writer"]


class Database(ABC):
    """What SQLite and PostgreSQL have in common; `open_database` opens either.

    `listeners` are called with the SQL of each statement; `on_commit` with the number of writes
    that shared a commit, and the seconds that it took; `on_retry` for each write that is run
    again because of another; `on_wait` with the seconds for which a reader or a writer was
    waited for.
    """

    def __init__(self, clock: Clock, make_id: NewId = new_id) -> None:
        self.clock = clock
        self.wakeups = WakeUps()
        self.caches = Caches()
        self.listeners: list[StatementListener] = []
        self.on_commit: Callable[[int, float], None] | None = None
        self.on_retry: Callable[[], None] | None = None
        self.on_wait: Callable[[Pool, float], None] | None = None
        self._make_id = make_id

    @property
    @abstractmethod
    def address(self) -> str:
        """A URL, without a password."""

    @abstractmethod
    def read(self) -> AbstractAsyncContextManager[Connection]:
        """A connection for a statement or two; don't hold it while waiting for anything else.

        Raises DatabaseUnavailableError where none becomes free.
        """

    @abstractmethod
    def snapshot(self) -> AbstractAsyncContextManager[Connection]:
        """A connection all of whose statements read the database as it is at one moment. What is
        written meanwhile is kept apart: hold it for seconds, not for minutes.
        """

    @abstractmethod
    async def write(self, use_case: UseCase[T]) -> T:
        """Run, commit durably, wake the waiters of its topics.

        It is done even if its caller goes away. It may be run again from its start: it changes
        nothing but through its `Tx`.
        """

    def look(self, query: Callable[[Connection], Awaitable[T]]) -> T:
        """What the query finds, on a connection of its own. For any thread: it waits for no other.

        Raises DatabaseUnavailableError.
        """
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, self._look(query)).result()

    @abstractmethod
    async def _look(self, query: Callable[[Connection], Awaitable[T]]) -> T: ...

    @abstractmethod
    async def size_bytes(self, connection: Connection) -> int:
        """What the database takes on the disk."""

    @abstractmethod
    async def alter(self, change: Callable[[sqlalchemy.Connection], T]) -> T:
        """Change the tables through SQLAlchemy, while no other process does.

        Raises NoDatabaseError.
        """

    @abstractmethod
    async def close(self) -> None: ...

    def transaction(self, connection: Connection) -> Tx:
        """On a connection whose transaction has begun."""
        return Tx(connection, self.clock.now(), self._make_id, self.caches)
