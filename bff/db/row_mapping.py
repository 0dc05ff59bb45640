"""Functions written for one statement: what stands for each place, and its rows as models."""

from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, get_args, get_origin, get_type_hints

from sqlalchemy import ColumnElement
from sqlalchemy.types import TypeEngine

from bff.db.form import Form

Bind = Callable[[Any], tuple[Any, ...]]
Rows = Callable[[Iterable[Any]], list[Any]]
Columns = Sequence[ColumnElement[Any]]
Converters = Mapping[str, Callable[[Any], Any]]
BOOLEANS = {0: False, 1: True, None: None}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that comes under this name each time the statement runs."""

    name: str
    type: TypeEngine[Any]


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that is part of the statement, as the driver takes it."""

    value: object


@dataclass(frozen=True, slots=True)
class ModelColumns:
    """A model made of some of a row's columns, which are named as its fields.

    `optional`: None where the first of them is NULL, as an outer join leaves it. `converters`
    read columns, by name, in a way of their own.
    """

    model: type
    columns: Iterable[ColumnElement[Any]]
    optional: bool = False
    converters: Converters = field(default_factory=dict)


class _Source:
    """An expression's text, and the names under which it finds what is no text."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self._names: dict[str, object] = {}

    def name(self, value: object) -> str:
        name = f"name_{len(self._names)}"
        self._names[name] = value
        return name

    def function(self, argument: str, expression: str) -> Callable[[Any], Any]:
        function: Callable[[Any], Any] = eval(f"lambda {argument}: {expression}", self._names)  # noqa: S307
        return function


def bind_of(form: Form, places: Sequence[Parameter | Constant], *, by_attribute: bool) -> Bind:
    """From a mapping, or from an object with these attributes, to one value for each place."""
    source = _Source(form)
    return source.function("values", _tuple(_value(source, each, by_attribute) for each in places))


def _value(source: _Source, place: Parameter | Constant, by_attribute: bool) -> str:
    if isinstance(place, Constant):
        return source.name(place.value)
    value = f"values.{place.name}" if by_attribute else f"values[{place.name!r}]"
    encode = source.form.encoder(place.type)
    return f"{source.name(encode)}({value})" if encode else value


def rows_of(form: Form, columns: Columns) -> Rows:
    """Each row a named tuple."""
    source = _Source(form)
    names = [getattr(column, "name", "") for column in columns]
    row = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # noqa: PYI024 - known only now
    values = _tuple(_column(source, column, at, {}) for at, column in enumerate(columns))
    return _rows(source, f"{source.name(tuple.__new__)}({source.name(row)}, {values})", columns)


def models_of(form: Form, part: ModelColumns) -> Rows:
    """Each row the model. Raises LookupError for a column that is no field."""
    source, columns = _Source(form), list(part.columns)
    return _rows(source, _model(source, part, columns, 0), columns)


def joined_of(form: Form, parts: Sequence[ModelColumns]) -> Rows:
    """Each row a tuple of models: the columns of the first come first."""
    source = _Source(form)
    columns = [column for part in parts for column in part.columns]
    return _rows(source, _tuple(_models(source, parts)), columns)


def _models(source: _Source, parts: Sequence[ModelColumns]) -> Iterator[str]:
    begin = 0
    for part in parts:
        columns = list(part.columns)
        model = _model(source, part, columns, begin)
        yield f"None if c{begin} is None else {model}" if part.optional else model
        begin += len(columns)


def _rows(source: _Source, row: str, columns: Columns) -> Rows:
    names = "".join(f"c{at}, " for at in range(len(columns)))
    return source.function("rows", f"[{row} for {names}in rows]")


def _tuple(parts: Iterable[str]) -> str:
    return f"({''.join(f'{part}, ' for part in parts)})"


def fields_of(model: type) -> tuple[str, ...]:
    """In the order in which the model takes them."""
    fields: tuple[str, ...] = model.__match_args__  # type: ignore[attr-defined]
    return fields


def _model(source: _Source, part: ModelColumns, columns: Columns, begin: int) -> str:
    """A field without a column keeps its default. Positional as far as possible: it is faster."""
    hints = get_type_hints(part.model)
    where = {column.name: at for at, column in enumerate(columns)}
    fields = [name for name in fields_of(part.model) if name in where]
    if len(fields) != len(columns):
        raise LookupError(f"{part.model.__name__} has {fields}, the columns are {[*where]}")
    values = [
        _field(source, columns[where[name]], begin + where[name], hints[name], part.converters)
        for name in fields
    ]
    in_order = fields == [*fields_of(part.model)[: len(fields)]]
    arguments = values if in_order else map("{}={}".format, fields, values)
    return f"{source.name(part.model)}({', '.join(arguments)})"


def _field(
    source: _Source, column: ColumnElement[Any], at: int, hint: Any, converters: Converters
) -> str:
    """A word becomes the member of its enumeration, a list a tuple, where the field is one."""
    for kind in (hint, *get_args(hint)):
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            words: dict[str | None, StrEnum | None] = {word.value: word for word in kind}
            words[None] = None
            return f"{source.name(words)}[c{at}]"
    value = _column(source, column, at, converters)
    is_list = column.name not in converters and get_origin(hint) is tuple
    return f"tuple({value})" if is_list else value


def _column(source: _Source, column: ColumnElement[Any], at: int, converters: Converters) -> str:
    decode = converters.get(getattr(column, "name", "")) or source.form.decoder(column.type)
    if decode is None:
        return f"c{at}"
    if decode is bool:
        return f"{source.name(BOOLEANS)}[c{at}]"
    return f"None if c{at} is None else {source.name(decode)}(c{at})"
