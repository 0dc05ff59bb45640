"""PostgreSQL's words, and the form of values in asyncpg."""

from collections.abc import Iterable
from typing import Any

import orjson
from sqlalchemy import JSON, Integer, String
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import sum as sum_function

from bff.db.elements import Agree, Among, EachOf, ItemOf, PairList, RowsAsJson, ValueList
from bff.db.form import Form

NUL = "\0"


@compiles(Agree, "postgresql")
def _agree(element: Agree, compiler: SQLCompiler, **options: Any) -> str:
    one, other = (compiler.process(part, **options) for part in element.clauses)
    return f"{one} = {other}"


@compiles(Among, "postgresql")
def _among(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} = ANY ({values})"


@compiles(EachOf, "postgresql")
def _each_of(element: EachOf, compiler: SQLCompiler, **options: Any) -> str:
    return f"jsonb_array_elements({compiler.process(element.clauses, **options)})"


@compiles(ItemOf, "postgresql")
def _item_of(element: ItemOf, compiler: SQLCompiler, **options: Any) -> str:
    value = compiler.process(element.clauses, **options)
    wanted = compiler.dialect.type_compiler_instance.process(element.type)
    return f"({value} ->> {element.at})::{wanted}"


@compiles(RowsAsJson, "postgresql")
def _rows_as_json(element: RowsAsJson, compiler: SQLCompiler, **options: Any) -> str:
    row = f"json_build_array({compiler.process(element.clauses, **options)})"
    return f"coalesce(json_agg({row}), '[]')::text"


@compiles(sum_function, "postgresql")
def _sum(element: sum_function[Any], compiler: SQLCompiler, **options: Any) -> str:
    """PostgreSQL adds 64 bits up to a decimal; what is added here fits into 64 bits."""
    total = compiler.visit_function(element, **options)
    return f"{total}::BIGINT" if isinstance(element.type, Integer) else total


def json_text(value: Any) -> str:
    return orjson.dumps(value).decode()


def storable_text(value: str | None) -> str | None:
    """PostgreSQL stores no text with a NUL, and no door lets one in: so it is equal to none."""
    return None if value and NUL in value else value


def list_of(values: Iterable[Any]) -> list[Any]:
    """What may be among stored values."""
    return [value for value in values if type(value) is not str or NUL not in value]


def pairs_text(pairs: Iterable[tuple[str, int]]) -> str:
    return json_text([pair for pair in pairs if NUL not in pair[0]])


FORM = Form(
    dialect(),  # type: ignore[no-untyped-call]
    encoders=(
        (ValueList, list_of),
        (PairList, pairs_text),
        (JSON, json_text),
        (String, storable_text),
    ),
    decoders=((JSON, orjson.loads),),
)
