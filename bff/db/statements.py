"""Statements that are compiled once: SQLAlchemy writes the SQL, the driver runs it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import ColumnElement, Executable, Table, insert
from sqlalchemy.sql.compiler import ExpandedState, SQLCompiler

from bff.db import sqlite
from bff.db.row_mapping import (
    Bind,
    Columns,
    Fixed,
    Given,
    Part,
    Rows,
    bind_of,
    fields_of,
    joined_of,
    models_of,
    rows_of,
)

R_co = TypeVar("R_co", covariant=True)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Compiled:
    """`rows` None: which columns there are is known once it has run, if any."""

    sql: str
    bind: Bind
    rows: Rows | None


class Prepared(Generic[R_co]):
    """A module's constant, compiled when first run."""

    def __init__(
        self,
        statement: Executable,
        given: Sequence[str] | type,
        make_rows: Callable[[Columns], Rows],
    ) -> None:
        self._statement = statement
        self._given = given
        self._make_rows = make_rows

    @cached_property
    def compiled(self) -> Compiled:
        return compiled(self._statement, self._given, self._make_rows)


def prepare(statement: Executable, given: Sequence[str] = ()) -> Prepared[Any]:
    """Rows are named tuples. `given`: the columns that a change sets, beside its parameters."""
    return Prepared(statement, given, rows_of)


def prepare_insert(table: Table, model: type) -> Prepared[Any]:
    """It is given an object of the model, whose fields are columns of the table."""
    return Prepared(insert(table), model, rows_of)


def prepare_models(
    model: type[T], statement: Executable, **own: Callable[[Any], Any]
) -> Prepared[T]:
    """Each row becomes a model, whose fields are the columns; `own` reads one in its own way."""
    return Prepared(statement, (), lambda columns: models_of(Part(model, columns, own=own)))


def prepare_joined(parts: Sequence[Part], statement: Executable) -> Prepared[tuple[Any, ...]]:
    """Each row becomes a tuple of the parts, whose columns the statement has in this order."""
    return Prepared(statement, (), lambda _: joined_of(parts))


def compiled(
    statement: Executable,
    given: Sequence[str] | type,
    make_rows: Callable[[Columns], Rows],
    values: Mapping[str, Any] | None = None,
) -> Compiled:
    """`values`: those at hand, for lists whose number of values is part of the SQL."""
    by_attribute = isinstance(given, type)
    names = fields_of(given) if isinstance(given, type) else given
    made = cast("SQLCompiler", statement.compile(dialect=sqlite.DIALECT, column_keys=names))  # type: ignore[attr-defined]
    blank: dict[str, Any] = {name: None for name, one in made.binds.items() if one.required}
    state = made.construct_expanded_state({**blank, **(values or {})})
    columns = list(_columns(statement))
    return Compiled(
        state.statement,
        bind_of(list(_places(made, state)), by_attribute=by_attribute),
        make_rows(columns) if columns else None,
    )


def _columns(statement: Executable) -> Sequence[ColumnElement[Any]]:
    columns: Sequence[ColumnElement[Any]] = getattr(statement, "exported_columns", ())
    return columns


def _places(made: SQLCompiler, state: ExpandedState) -> Iterator[Given | Fixed]:
    origins = {part: whole for whole, parts in state.parameter_expansion.items() for part in parts}
    for name in state.positiontup or ():
        parameter = made.binds[origins.get(name, name)]
        if parameter.required and name not in origins:
            yield Given(name, parameter.type)
        else:
            convert = sqlite.written(parameter.type) or _plain
            yield Fixed(convert(state.parameters[name]))


def _plain(value: object) -> object:
    """The driver is faster with a plain word."""
    return value.value if isinstance(value, Enum) else value
