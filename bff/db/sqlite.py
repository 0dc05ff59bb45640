"""All that is SQLite's own: its dialect, its files, and the form of values in them."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
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
    # What a savepoint keeps of the pages that are written after it, never in a file.
    "PRAGMA temp_store=MEMORY",
    # As many pages as one part of the log's index holds: fewer checkpoints, no slower reads.
    "PRAGMA wal_autocheckpoint=4000",
)
READ_ONLY = "PRAGMA query_only=ON"
MAX_CACHED_STATEMENTS = 512
BEGIN = "BEGIN IMMEDIATE"
DIALECT = dialect(paramstyle="qmark")

upsert = insert


def open_file(path: Path | str, *pragmas: str) -> sqlite3.Connection:
    """It begins and ends no transaction of itself; any thread may use it, one at a time."""
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, cached_statements=MAX_CACHED_STATEMENTS
    )
    for pragma in (*EVERY_CONNECTION, *pragmas):
        connection.execute(pragma)
    return connection


def begin_at_once(connection: sqlite3.Connection) -> bool:
    """Begin to write, unless another process does: then there is nothing begun."""
    connection.execute("PRAGMA busy_timeout=0")
    try:
        connection.execute(BEGIN)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        return False
    finally:
        connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    return True


class JsonList(TypeDecorator[list[Any]]):
    """Many values in one parameter, so that the SQL is the same for any number of them."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Iterable[Any] | None, dialect: object) -> str:
        return json_list_text(value or ())


def value_table(name: str) -> TableValuedAlias:
    """The values of the parameter `name` as a table with one column, `value`."""
    values = bindparam(name, type_=JsonList)
    return func.json_each(values).table_valued("value", name=f"each_of_{name}")


def among(column: Column[Any], name: str) -> ColumnElement[bool]:
    """Whether the column is one of the values of the parameter `name`."""
    return column.in_(select(value_table(name).c.value))


def pair_table(name: str) -> Subquery:
    """The pairs of the parameter `name` as a table with the columns `one` and `other`."""
    value = value_table(name).c.value
    one, other = (func.json_extract(value, f"$[{at}]") for at in range(2))
    return select(one.label("one"), other.label("other")).subquery(f"pairs_of_{name}")


def rows_as_json(*columns: Column[Any]) -> ColumnElement[str]:
    """All the rows of a subquery as one value: a JSON list of lists, in no order."""
    return func.json_group_array(func.json_array(*columns), type_=Text)


def json_path(key: str) -> str:
    return f'$."{key}"'


def json_text(value: Any) -> str:
    return orjson.dumps(value).decode()


def json_list_text(values: Iterable[Any]) -> str:
    return orjson.dumps([*values]).decode()


Convert = Callable[[Any], Any]


ENCODERS: Sequence[tuple[type[TypeEngine[Any]], Convert]] = (
    (Moment, moment_text),
    (JsonList, json_list_text),
    (JSON, json_text),
    (JSON.JSONIndexType, json_path),
)
DECODERS: Sequence[tuple[type[TypeEngine[Any]], Convert]] = (
    (Moment, moment_from),
    (JSON, orjson.loads),
    (Boolean, bool),
)


def encoder(column_type: TypeEngine[Any]) -> Convert | None:
    """Makes a value what SQLite takes; None where it is that already."""
    return next((encode for kind, encode in ENCODERS if isinstance(column_type, kind)), None)


def decoder(column_type: TypeEngine[Any]) -> Convert | None:
    """Makes a value of what SQLite gives, if it isn't NULL; None where it is one already."""
    return next((decode for kind, decode in DECODERS if isinstance(column_type, kind)), None)
