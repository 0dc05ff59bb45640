"""The one place through which everything is read and written."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar, overload

from sqlalchemy import Executable, text

from bff.core.clock import Clock
from bff.core.ids import NewId, new_id
from bff.db.connection import Connection, Listener, Result
from bff.db.reader_pool import Lease, Readers
from bff.db.sqlite import BUSY_TIMEOUT_MS, ONLY_READ, open_file
from bff.db.statements import Prepared, prepare
from bff.db.wakeups import WakeUps
from bff.db.writer import Writer

T = TypeVar("T")
R = TypeVar("R")

READERS = 4
MOST_TOGETHER = 64
_SAVE = prepare(text("SAVEPOINT one_write"))
_RELEASE = prepare(text("RELEASE one_write"))
_UNDO = prepare(text("ROLLBACK TO one_write"))


class Caches:
    """Objects that read the database once and remember: one of each class, made when first used."""

    def __init__(self) -> None:
        self._made: dict[type, Any] = {}

    def get(self, kind: type[T]) -> T:
        found: T | None = self._made.get(kind)
        if found is None:
            found = self._made[kind] = kind()
        return found


class TransactionLostError(Exception):
    """SQLite has rolled back more than the write that failed."""


@dataclass(slots=True)
class Tx:
    """A write under way: one moment for all of it, and who is to be woken once it is durable."""

    connection: Connection
    now: datetime
    make_id: NewId = new_id
    caches: Caches = field(default_factory=Caches)
    topics: set[str] = field(default_factory=set)
    made: set[str] = field(default_factory=set)
    steps: dict[str, "Step"] = field(default_factory=dict)
    rows: dict[Prepared[Any], list[Any]] = field(default_factory=dict)

    @overload
    def execute(self, statement: Prepared[R], values: Any = None) -> Awaitable[Result[R]]: ...
    @overload
    def execute(
        self, statement: Executable | str, values: Any = None
    ) -> Awaitable[Result[Any]]: ...
    def execute(
        self, statement: Prepared[Any] | Executable | str, values: Any = None
    ) -> Awaitable[Result[Any]]:
        return self.connection.execute(statement, values)

    def new_id(self, prefix: str) -> str:
        """Kept in `made`: nothing else that is stored can refer to it yet."""
        made = self.make_id(prefix, self.now)
        self.made.add(made)
        return made

    def add_later(self, statement: Prepared[Any], row: Any) -> None:
        """An insert that nobody waits for: with others of its kind, before the savepoint's end."""
        self.rows.setdefault(statement, []).append(row)

    def at_end(self, key: str, step: "Step") -> None:
        """Once for each key, after all else in this write and before it is committed."""
        self.steps[key] = step

    def savepoint(self) -> "Savepoint":
        """Entered, what is written from there on is undone alone where it fails."""
        return Savepoint(self)

    async def finish(self) -> None:
        while self.steps:
            steps, self.steps = self.steps, {}
            for step in steps.values():
                await step()

    async def flush(self) -> None:
        rows, self.rows = self.rows, {}
        for statement, added in rows.items():
            await self.execute(statement, added)


class Savepoint:
    """They nest: SQLite knows the innermost of a name."""

    __slots__ = ("_before", "_tx")

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        rows = {statement: [*added] for statement, added in tx.rows.items()}
        self._before = (tx.topics.copy(), tx.steps.copy(), rows)

    async def __aenter__(self) -> None:
        await self._tx.execute(_SAVE)

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind:
            await self._undo()
            return
        try:
            await self._tx.flush()
        except BaseException:
            await self._undo()
            raise
        await self._tx.execute(_RELEASE)

    async def _undo(self) -> None:
        self._tx.topics, self._tx.steps, self._tx.rows = self._before
        if self._tx.connection.in_transaction:
            await self._tx.execute(_UNDO)
            await self._tx.execute(_RELEASE)


Step = Callable[[], Awaitable[None]]
UseCase = Callable[[Tx], Awaitable[T]]


@dataclass(slots=True, eq=False)
class _Asked:
    """A write in the queue; `done` is answered once it is durable, or refused, or failed."""

    use_case: UseCase[Any]
    done: asyncio.Future[Any]
    result: Any = None
    error: Exception | None = None
    topics: set[str] = field(default_factory=set)

    def answer(self) -> None:
        """Unless its caller has gone."""
        if self.done.cancelled():
            return
        if self.error:
            self.done.set_exception(self.error)
        else:
            self.done.set_result(self.result)


class Database:
    """SQLite in WAL mode: many readers, one writer.

    `read` lends a connection for a statement or two; don't hold it while waiting
    for anything else. `write` runs a use case, commits, then wakes whoever waits.
    `listeners` are told the SQL of each statement; `on_commit` is told how many writes shared
    a commit, and how long it took in seconds.
    """

    def __init__(
        self,
        path: Path,
        clock: Clock,
        make_id: NewId = new_id,
        most_together: int = MOST_TOGETHER,
    ) -> None:
        self.path = path
        self.clock = clock
        self.wakeups = WakeUps()
        self.caches = Caches()
        self.listeners: list[Listener] = []
        self.on_commit: Callable[[int, float], None] | None = None
        self._make_id = make_id
        self._most_together = most_together
        self._queue: list[_Asked] = []
        self._draining: asyncio.Task[None] | None = None
        self.readers, self.writer = self._open()

    def _open(self) -> tuple[Readers, Writer]:
        def open_one(*pragmas: str) -> Connection:
            return Connection(open_file(self.path, *pragmas), self.listeners)

        readers = Readers(lambda: open_one(ONLY_READ), READERS, BUSY_TIMEOUT_MS / 1000)
        return readers, Writer(open_one)

    def read(self) -> Lease:
        """A connection to read with. Raises TimeoutError where none becomes free."""
        return self.readers.lend()

    async def write(self, use_case: UseCase[T]) -> T:
        """Run, commit durably, wake. What was asked for is done even if its caller goes away."""
        asked = _Asked(use_case, asyncio.get_running_loop().create_future())
        self._queue.append(asked)
        if self._draining is None or self._draining.done():
            self._draining = asyncio.create_task(self._drain())
        result: T = await asked.done
        return result

    async def _drain(self) -> None:
        """Writes that arrive together share one commit; meanwhile the next ones gather."""
        while self._queue:
            most = self._most_together
            together, self._queue = self._queue[:most], self._queue[most:]
            await self._commit(together)
            for asked in together:
                self.wakeups.wake(asked.topics)
                asked.answer()

    async def _commit(self, together: Sequence[_Asked]) -> None:
        try:
            await self._write(together)
        except Exception as error:  # noqa: BLE001 - whatever it is, none of them is durable
            for asked in together:
                asked.error, asked.topics = asked.error or error, set()

    async def _write(self, together: Sequence[_Asked]) -> None:
        await self.writer.begin()
        try:
            for asked in together:
                await self._run(asked)
            written = sum(asked.error is None for asked in together)
            await (self._make_durable(written) if written else self.writer.rollback())
        except BaseException:
            await self.writer.rollback()
            raise

    async def _make_durable(self, written: int) -> None:
        began = time.perf_counter()
        await self.writer.commit()
        if self.on_commit:
            self.on_commit(written, time.perf_counter() - began)

    async def _run(self, asked: _Asked) -> None:
        """In a savepoint of its own: one that fails hurts no other."""
        tx = Tx(self.writer.connection, self.clock.now(), self._make_id, self.caches)
        try:
            async with tx.savepoint():
                asked.result = await asked.use_case(tx)
                await tx.finish()
        except Exception as error:
            asked.error = error
            if not tx.connection.in_transaction:
                raise TransactionLostError from error
        else:
            asked.topics = tx.topics

    async def close(self) -> None:
        self.readers.close()
        await self.writer.close()
