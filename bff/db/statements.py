"""Statements that are compiled once: SQLAlchemy writes the SQL, the driver runs it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import Executable, Insert, Table, insert
from sqlalchemy.sql.compiler import ExpandedState, SQLCompiler

from bff.db.form import Form
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
MakeRows = Callable[[Form, Columns], Rows]


@dataclass(frozen=True, slots=True)
class Compiled:
    """`rows` None: it has no columns, or it `is_text`, and they are known once it has run."""

    sql: str
    bind: Bind
    rows: Rows | None
    is_text: bool = False


class Prepared(Generic[R_co]):
    """A module's constant, compiled for a form when first run there.

    `inputs`: the columns that a change sets, beside its parameters, or a model of such fields.
    """

    def __init__(
        self,
        statement: Executable,
        inputs: Sequence[str] | type,
        make_rows: MakeRows,
    ) -> None:
        self.statement = statement
        self.inputs = inputs
        self._make_rows = make_rows
        self._compiled: dict[Form, Compiled] = {}

    def compiled(self, form: Form) -> Compiled:
        known = self._compiled.get(form)
        if known is None:
            known = compile_statement(form, self.statement, self.inputs, self._make_rows)
            self._compiled[form] = known
        return known


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
        lambda form, columns: models_of(form, ModelColumns(model, columns, converters=converters)),
    )


def prepare_joined(
    parts: Sequence[ModelColumns], statement: Executable
) -> Prepared[tuple[Any, ...]]:
    """Each row becomes a tuple of the parts, whose columns the statement has in this order."""
    return Prepared(statement, (), lambda form, _: joined_of(form, parts))


def compile_statement(
    form: Form,
    statement: Executable,
    inputs: Sequence[str] | type,
    make_rows: MakeRows,
    values: Mapping[str, Any] | None = None,
) -> Compiled:
    """`values`: those at hand, for lists whose number of values is part of the SQL."""
    by_attribute = isinstance(inputs, type)
    names = fields_of(inputs) if isinstance(inputs, type) else inputs
    if isinstance(statement, Insert):
        statement = statement.inline()  # nothing comes back but what is asked for
    compiler = cast("SQLCompiler", statement.compile(dialect=form.dialect, column_keys=names))  # type: ignore[attr-defined]
    blank: dict[str, Any] = {name: None for name, bind in compiler.binds.items() if bind.required}
    state = compiler.construct_expanded_state({**blank, **(values or {})})
    columns: Columns = list(getattr(statement, "exported_columns", ()))
    return Compiled(
        state.statement,
        bind_of(form, list(_places(form, compiler, state)), by_attribute=by_attribute),
        make_rows(form, columns) if columns else None,
    )


def _places(
    form: Form, compiler: SQLCompiler, state: ExpandedState
) -> Iterator[Parameter | Constant]:
    origins = {part: whole for whole, parts in state.parameter_expansion.items() for part in parts}
    for name in state.positiontup or ():
        parameter = compiler.binds[origins.get(name, name)]
        if parameter.required and name not in origins:
            yield Parameter(name, parameter.type)
        else:
            encode = form.encoder(parameter.type) or _plain
            yield Constant(encode(state.parameters[name]))


def _plain(value: object) -> object:
    """The driver is faster with a plain word."""
    return value.value if isinstance(value, Enum) else value
