"""A connection to the database: the driver's own, which runs SQLAlchemy's statements."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, overload

from sqlalchemy import Executable, column

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


class Connection:
    """For one task at a time. Statements run where they are called; none of them waits.

    `listeners` are called with each statement's SQL before it runs.
    """

    def __init__(
        self, raw: sqlite3.Connection, listeners: Sequence[StatementListener] = ()
    ) -> None:
        self.raw = raw
        self._listeners = listeners
        self._cursor = raw.cursor()

    @overload
    async def execute(self, statement: Prepared[R], values: Any = None) -> Result[R]: ...
    @overload
    async def execute(self, statement: Executable | str, values: Any = None) -> Result[Any]: ...
    async def execute(
        self, statement: Prepared[Any] | Executable | str, values: Any = None
    ) -> Result[Any]:
        """`values`: the statement's parameters; it runs once for each of a list of them.

        SQL as a text takes its values by position. Raises sqlite3.Error.
        """
        if type(statement) is Prepared:
            return self._run(statement.compiled, values)
        return self._run(_compiled(statement, values), values)

    def _run(self, compiled: Compiled, values: Any) -> Result[Any]:
        for listener in self._listeners:
            listener(compiled.sql)
        cursor = self._cursor
        if type(values) is list:
            cursor.executemany(compiled.sql, map(compiled.bind, values))
        else:
            cursor.execute(compiled.sql, compiled.bind(values))
        if cursor.description is None:
            return Result([], cursor.rowcount)
        rows = compiled.rows or rows_of([column(name) for name, *_ in cursor.description])
        return Result(rows(cursor), cursor.rowcount)

    @property
    def in_transaction(self) -> bool:
        return self.raw.in_transaction

    def close(self) -> None:
        self.raw.close()


def _compiled(statement: Prepared[Any] | Executable | str, values: Any) -> Compiled:
    """A statement that is not prepared is compiled for this one run."""
    if isinstance(statement, Prepared):
        return statement.compiled
    if isinstance(statement, str):
        return Compiled(statement, lambda values: values or (), None)
    first = values[0] if isinstance(values, list) and values else values
    return compile_statement(statement, list(first or ()), rows_of, first or {})
