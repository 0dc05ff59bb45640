"""All that is SQLite's own: its dialect, its files, and how values lie in them."""

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Text,
    TypeDecorator,
    bindparam,
    func,
    select,
)
from sqlalchemy.dialects.sqlite import dialect, insert
from sqlalchemy.sql.selectable import Subquery, TableValuedAlias
from sqlalchemy.types import TypeEngine

from bff.db.tables.base import Moment, moment_from, moment_text

BUSY_TIMEOUT_MS = 10_000
EVERY_CONNECTION = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
    # As much as SQLite maps at all: pages of a large file are read where they lie. What is
    # beyond is kept in a cache of 16 MiB.
    f"PRAGMA mmap_size={1 << 40}",
    f"PRAGMA cache_size={-(1 << 14)}",
)
ONLY_READ = "PRAGMA query_only=ON"
STATEMENTS_KEPT = 512
BEGIN = "BEGIN IMMEDIATE"
DIALECT = dialect(paramstyle="qmark")

upsert = insert


def open_file(path: Path | str, *pragmas: str) -> sqlite3.Connection:
    """It begins and ends no transaction of itself; any thread may use it, one at a time."""
    opened = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, cached_statements=STATEMENTS_KEPT
    )
    for pragma in (*EVERY_CONNECTION, *pragmas):
        opened.execute(pragma)
    return opened


def begin_at_once(opened: sqlite3.Connection) -> bool:
    """Begin to write, unless another process does: then there is nothing begun."""
    opened.execute("PRAGMA busy_timeout=0")
    try:
        opened.execute(BEGIN)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        return False
    finally:
        opened.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    return True


class Listed(TypeDecorator[list[Any]]):
    """Many values in one parameter, so that the SQL is the same for any number of them."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Iterable[Any] | None, dialect: object) -> str:
        return listed_text(value or ())


def listed(name: str) -> TableValuedAlias:
    """The values of the parameter `name` as a table with one column, `value`."""
    values = bindparam(name, type_=Listed)
    return func.json_each(values).table_valued("value", name=f"each_of_{name}")


def among(column: Column[Any], name: str) -> ColumnElement[bool]:
    """Whether the column is one of the values of the parameter `name`."""
    return column.in_(select(listed(name).c.value))


def listed_pairs(name: str) -> Subquery:
    """The pairs of the parameter `name` as a table with the columns `one` and `other`."""
    value = listed(name).c.value
    one, other = (func.json_extract(value, f"$[{at}]") for at in range(2))
    return select(one.label("one"), other.label("other")).subquery(f"pairs_of_{name}")


def rows_as_json(*columns: Column[Any]) -> ColumnElement[str]:
    """All the rows of a subquery as one value: a JSON list of lists, in no order."""
    return func.json_group_array(func.json_array(*columns), type_=Text)


def json_text(value: Any) -> str:
    return orjson.dumps(value).decode()


def listed_text(values: Iterable[Any]) -> str:
    return orjson.dumps([*values]).decode()


Convert = Callable[[Any], Any]


def written(column_type: TypeEngine[Any]) -> Convert | None:
    """How a value becomes what SQLite takes; None where it is that already."""
    for known, convert in ((Moment, moment_text), (Listed, listed_text), (JSON, json_text)):
        if isinstance(column_type, known):
            return convert
    return None


def read(column_type: TypeEngine[Any]) -> Convert | None:
    """How what SQLite gives, if it isn't NULL, becomes a value; None where it is that already."""
    for known, convert in ((Moment, moment_from), (JSON, orjson.loads), (Boolean, bool)):
        if isinstance(column_type, known):
            return convert
    return None
