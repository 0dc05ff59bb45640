"""SQLite's words, and the form of values in its files."""

from collections.abc import Iterable
from typing import Any

import orjson
from sqlalchemy import JSON, Boolean
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from bff.db.elements import Agree, Among, EachOf, ItemOf, PairList, RowsAsJson, ValueList
from bff.db.form import Form
from bff.db.tables.base import Moment, moment_from, moment_text


@compiles(Agree, "sqlite")
def _agree(element: Agree, compiler: SQLCompiler, **options: Any) -> str:
    one, other = (compiler.process(part, **options) for part in element.clauses)
    return f"+{one} = {other}"


@compiles(Among, "sqlite")
def _among(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - two parts of a statement


@compiles(EachOf, "sqlite")
def _each_of(element: EachOf, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(ItemOf, "sqlite")
def _item_of(element: ItemOf, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_extract({compiler.process(element.clauses, **options)}, '$[{element.at}]')"


@compiles(RowsAsJson, "sqlite")
def _rows_as_json(element: RowsAsJson, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_group_array(json_array({compiler.process(element.clauses, **options)}))"


def json_path(key: str) -> str:
    return f'$."{key}"'


def json_text(value: Any) -> str:
    return orjson.dumps(value).decode()


def json_list_text(values: Iterable[Any] | None) -> str:
    return orjson.dumps([*(values or ())]).decode()


FORM = Form(
    dialect(paramstyle="qmark"),
    encoders=(
        (Moment, moment_text),
        (ValueList, json_list_text),
        (PairList, json_list_text),
        (JSON, json_text),
        (JSON.JSONIndexType, json_path),
    ),
    decoders=((Moment, moment_from), (JSON, orjson.loads), (Boolean, bool)),
)
