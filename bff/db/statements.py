"""Statements that are compiled once: SQLAlchemy writes the SQL, the driver runs it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import Executable, Table, insert
from sqlalchemy.sql.compiler import ExpandedState, SQLCompiler

from bff.db import sqlite
from bff.db.row_mapping import (
    Bind,
    Columns,
    Constant,
    ModelColumns,
    Parameter,
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
    """A module's constant, compiled when first run.

    `inputs`: the columns that a change sets, beside its parameters, or a model of such fields.
    """

    def __init__(
        self,
        statement: Executable,
        inputs: Sequence[str] | type,
        make_rows: Callable[[Columns], Rows],
    ) -> None:
        self._statement = statement
        self._inputs = inputs
        self._make_rows = make_rows

    @cached_property
    def compiled(self) -> Compiled:
        return compile_statement(self._statement, self._inputs, self._make_rows)


def prepare(statement: Executable, inputs: Sequence[str] = ()) -> Prepared[Any]:
    """Rows are named tuples. `inputs`: the columns that a change sets, beside its parameters."""
    return Prepared(statement, inputs, rows_of)


def prepare_insert(table: Table, model: type) -> Prepared[Any]:
    """It takes objects of the model, whose fields are columns of the table."""
    return Prepared(insert(table), model, rows_of)


def prepare_models(
    model: type[T], statement: Executable, **converters: Callable[[Any], Any]
) -> Prepared[T]:
    """Each row becomes a model, whose fields are the columns. `converters` read columns, by name,
    in a way of their own."""
    return Prepared(
        statement,
        (),
        lambda columns: models_of(ModelColumns(model, columns, converters=converters)),
    )


def prepare_joined(
    parts: Sequence[ModelColumns], statement: Executable
) -> Prepared[tuple[Any, ...]]:
    """Each row becomes a tuple of the parts, whose columns the statement has in this order."""
    return Prepared(statement, (), lambda _: joined_of(parts))


def compile_statement(
    statement: Executable,
    inputs: Sequence[str] | type,
    make_rows: Callable[[Columns], Rows],
    values: Mapping[str, Any] | None = None,
) -> Compiled:
    """`values`: those at hand, for lists whose number of values is part of the SQL."""
    by_attribute = isinstance(inputs, type)
    names = fields_of(inputs) if isinstance(inputs, type) else inputs
    compiler = cast("SQLCompiler", statement.compile(dialect=sqlite.DIALECT, column_keys=names))  # type: ignore[attr-defined]
    blank: dict[str, Any] = {name: None for name, bind in compiler.binds.items() if bind.required}
    state = compiler.construct_expanded_state({**blank, **(values or {})})
    columns: Columns = list(getattr(statement, "exported_columns", ()))
    return Compiled(
        state.statement,
        bind_of(list(_places(compiler, state)), by_attribute=by_attribute),
        make_rows(columns) if columns else None,
    )


def _places(compiler: SQLCompiler, state: ExpandedState) -> Iterator[Parameter | Constant]:
    origins = {part: whole for whole, parts in state.parameter_expansion.items() for part in parts}
    for name in state.positiontup or ():
        parameter = compiler.binds[origins.get(name, name)]
        if parameter.required and name not in origins:
            yield Parameter(name, parameter.type)
        else:
            encode = sqlite.encoder(parameter.type) or _plain
            yield Constant(encode(state.parameters[name]))


def _plain(value: object) -> object:
    """The driver is faster with a plain word."""
    return value.value if isinstance(value, Enum) else value
