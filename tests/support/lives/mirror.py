"""A database of PostgreSQL as a file of SQLite has it: lives fill and read both in one language."""

import sqlite3
from collections.abc import Iterable, Iterator
from json import dumps, loads
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Table

from bff.db.tables import Moment, metadata, policies
from tests.support.servers.control import Control

TABLES = metadata.sorted_tables
TEXT = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')"""


class Mirror:
    """`text`: all rows as they were at the last `pull`."""

    def __init__(self, control: Control, file: sqlite3.Connection) -> None:
        self._control = control
        self._file = file
        self.text = ""

    def pull(self) -> None:
        """The file becomes as the database is."""
        [text] = self._control.values(_EVERYTHING)
        if text == self.text:
            return
        self.text = text
        self._file.execute("PRAGMA foreign_keys=OFF")
        self._file.execute("BEGIN IMMEDIATE")
        for table, rows in zip(TABLES, loads(text), strict=True):
            self._file.execute(f"DELETE FROM {table.name}")
            self._file.executemany(_insert(table), rows)
        self._file.execute("COMMIT")

    def push(self) -> None:
        """The database becomes as the file is, but for the policies, which it keeps."""
        filled = [table for table in TABLES if table is not policies]
        deletes = [f"DELETE FROM {table.name}" for table in reversed(filled)]
        self._control.execute("; ".join(["SET session_replication_role = replica", *deletes]))
        for table in filled:
            self._fill(table)

    def _fill(self, table: Table) -> None:
        if rows := list(self._rows(table)):
            given = f"json_populate_recordset(null::{table.name}, $1)"
            self._control.values(f"INSERT INTO {table.name} SELECT * FROM {given}", dumps(rows))

    def _rows(self, table: Table) -> Iterator[dict[str, Any]]:
        for row in self._file.execute(f"SELECT {_names(table.columns)} FROM {table.name}"):
            values = zip(table.columns, row, strict=True)
            yield {column.name: _json_value(column, value) for column, value in values}


def _json_value(column: Column[Any], value: Any) -> Any:
    if value is not None and isinstance(column.type, JSON):
        return loads(value)
    return value


def _insert(table: Table) -> str:
    places = ", ".join("?" * len(table.columns))
    return f"INSERT INTO {table.name} ({_names(table.columns)}) VALUES ({places})"


def _names(columns: Iterable[Column[Any]]) -> str:
    return ", ".join(f'"{column.name}"' for column in columns)


def _of_all(table: Table) -> str:
    row = f"json_build_array({', '.join(map(_in_text, table.columns))})"
    order = _names(table.primary_key.columns)
    return f"(SELECT coalesce(json_agg({row} ORDER BY {order}), '[]') FROM {table.name})"


def _in_text(column: Column[Any]) -> str:
    name = f'"{column.name}"'
    if isinstance(column.type, Moment):
        return TEXT.format(name)
    if isinstance(column.type, JSON):
        return f"{name}::text"
    return f"{name}::int" if isinstance(column.type, Boolean) else name


_EVERYTHING = f"SELECT json_build_array({', '.join(map(_of_all, TABLES))})::text"
