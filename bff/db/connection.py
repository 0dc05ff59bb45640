"""A connection to the database: the driver's own, which runs SQLAlchemy's statements."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar, overload

from sqlalchemy import Executable

from bff.core import spans
from bff.core.spans import Tracer
from bff.db.form import Form
from bff.db.row_mapping import rows_of
from bff.db.statements import Compiled, Prepared, compile_statement

R = TypeVar("R")
StatementListener = Callable[[str], None]


class Result(Generic[R]):
    """All rows, read already. `rowcount`: of a change, the number of rows that it has touched."""

    __slots__ = ("_rows", "rowcount")

    def __init__(self, rows: list[R], rowcount: int) -> None:
        self._rows = rows
        self.rowcount = rowcount

    def all(self) -> list[R]:
        return self._rows

    def first(self) -> R | None:
        return self._rows[0] if self._rows else None

    def one(self) -> R:
        """Raises LookupError where there are more, or none."""
        if len(self._rows) != 1:
            raise LookupError(f"{len(self._rows)} rows where one is expected")
        return self._rows[0]

    def scalar(self) -> Any:
        """The first row's first column, or None."""
        rows: list[Any] = self._rows
        return rows[0][0] if rows else None

    def scalars(self) -> list[Any]:
        """Each row's first column."""
        rows: list[Any] = self._rows
        return [row[0] for row in rows]

    def mappings(self) -> list[dict[str, Any]]:
        rows: list[Any] = self._rows
        return [row._asdict() for row in rows]

    def __iter__(self) -> Iterator[R]:
        return iter(self._rows)


@dataclass(frozen=True, slots=True)
class JoinResult(Generic[R]):
    """What one statement has read for more than its caller.

    `related`: what these functions of a store would give, by function and key.
    """

    result: R
    related: Mapping[Callable[..., Any], Mapping[Any, Any]]


class Connection(ABC):
    """For one task at a time. `listeners` are called with each statement's SQL before it runs.

    `writes_alone`: nothing else is written while a transaction of its kind is under way.
    """

    form: ClassVar[Form]
    writes_alone: ClassVar[bool]

    def __init__(self, listeners: Sequence[StatementListener] = ()) -> None:
        self._listeners = listeners

    @overload
    def execute(self, statement: Prepared[R], values: Any = None) -> Awaitable[Result[R]]: ...
    @overload
    def execute(
        self, statement: Executable | str, values: Any = None
    ) -> Awaitable[Result[Any]]: ...
    def execute(
        self, statement: Prepared[Any] | Executable | str, values: Any = None
    ) -> Awaitable[Result[Any]]:
        """`values`: the statement's parameters; it runs once for each of a list of them.

        SQL as a text takes its values by position. Raises the driver's error for a statement
        that the database refuses, DatabaseUnavailableError where there is no database.
        """
        if type(statement) is Prepared:
            compiled = statement.compiled(self.form)
        else:
            compiled = _compiled(self.form, statement, values)
        return self._start(compiled, values)

    def _start(self, compiled: Compiled, values: Any) -> Awaitable[Result[Any]]:
        for listener in self._listeners:
            listener(compiled.sql)
        if spans.tracer is not None:
            return self._run_traced(spans.tracer, compiled, values)
        return self._run(compiled, values)

    async def send(self, change: Prepared[Any], values: Any) -> None:
        """Run a change whose result nobody reads: now, or together with others before the next
        statement, which then raises its error.

        It reads no other table, nor does a trigger of its own table.
        """
        await self.execute(change, values)

    async def flush(self) -> None:  # noqa: B027 - who runs a change at once has none left
        """What was sent has run when this returns."""

    async def _run_traced(self, tracer: Tracer, compiled: Compiled, values: Any) -> Result[Any]:
        with tracer.statement(compiled.sql):
            return await self._run(compiled, values)

    @abstractmethod
    def _run(self, compiled: Compiled, values: Any) -> Awaitable[Result[Any]]: ...

    @property
    @abstractmethod
    def in_transaction(self) -> bool:
        """Whether what was written can still be undone alone."""


def _compiled(form: Form, statement: Prepared[Any] | Executable | str, values: Any) -> Compiled:
    """A statement that is not prepared is compiled for this one run."""
    if isinstance(statement, Prepared):
        return statement.compiled(form)
    if isinstance(statement, str):
        return Compiled(statement, lambda values: values or (), None, is_text=True)
    first = values[0] if isinstance(values, list) and values else values
    return compile_statement(form, statement, list(first or ()), rows_of, first or {})
