"""A write under way, and the savepoints within it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar, overload

from sqlalchemy import Executable, text

from bff.core.ids import NewId, new_id
from bff.db.connection import Connection, Result
from bff.db.statements import Prepared, prepare

T = TypeVar("T")
R = TypeVar("R")

Step = Callable[[], Awaitable[None]]

_SAVE = prepare(text("SAVEPOINT one_write"))
_RELEASE = prepare(text("RELEASE one_write"))
_UNDO = prepare(text("ROLLBACK TO one_write"))


CACHED = "cached"  # the topic of a change of what any cache holds


class Caches:
    """Objects that read the database once and remember: one of each class, made when first used."""

    def __init__(self) -> None:
        self._objects: dict[type, Any] = {}

    def get(self, kind: type[T]) -> T:
        cached: T | None = self._objects.get(kind)
        if cached is None:
            cached = self._objects[kind] = kind()
        return cached

    def hint(self) -> None:
        """They are made anew: some process has changed what they hold."""
        self._objects.clear()


@dataclass(slots=True)
class Tx:
    """One moment for all that is written, and the topics to wake once it is durable."""

    connection: Connection
    now: datetime
    make_id: NewId = new_id
    caches: Caches = field(default_factory=Caches)
    topics: set[str] = field(default_factory=set)
    new_ids: set[str] = field(default_factory=set)
    steps: dict[str, Step] = field(default_factory=dict)
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

    def send(self, change: Prepared[Any], values: Any) -> Awaitable[None]:
        """As `Connection.send`."""
        return self.connection.send(change, values)

    def new_id(self, prefix: str) -> str:
        """Kept in `new_ids`: nothing else that is stored can refer to it yet."""
        identifier = self.make_id(prefix, self.now)
        self.new_ids.add(identifier)
        return identifier

    def add_later(self, statement: Prepared[Any], row: Any) -> None:
        """An insert that nothing reads: with others of its kind, before the savepoint ends."""
        self.rows.setdefault(statement, []).append(row)

    def at_end(self, key: str, step: Step) -> None:
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
            await self.send(statement, added)
        await self.connection.flush()


UseCase = Callable[[Tx], Awaitable[T]]


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
