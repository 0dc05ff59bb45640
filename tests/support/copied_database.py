"""The rows of a file of SQLite, copied into a database of PostgreSQL that has the same tables."""

from collections.abc import Sequence

import sqlalchemy
from sqlalchemy import Connection, MetaData, Table, insert, select, text

from bff.db.tables import metadata

Copy = dict[str, list[dict[str, object]]]
Rows = dict[str, list[tuple[object, ...]]]
NEXT = "SELECT setval('{0}_id_seq', coalesce(max(id), 0) + 1, false) FROM {0}"


def read_copy(connection: Connection, tables: Sequence[Table] = ()) -> Copy:
    """All rows; without `tables`, of those that are there, whatever the revision."""
    return {
        table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
        for table in tables or _tables(connection)
    }


def put_copy(connection: Connection, copy: Copy, tables: Sequence[Table] = ()) -> None:
    """Into the same tables without rows; ids that they number go on behind them."""
    for table in tables or _tables(connection):
        if rows := copy[table.name]:
            connection.execute(insert(table), rows)
        if sqlalchemy.inspect(connection).has_sequence(f"{table.name}_id_seq"):
            connection.execute(text(NEXT.format(table.name)))


def read_rows(connection: Connection) -> Rows:
    """Of the program's tables, in the order of their keys, by their declared types."""
    return {
        table.name: [
            tuple(row)
            for row in connection.execute(select(table).order_by(*table.primary_key.columns))
        ]
        for table in metadata.sorted_tables
    }


def _tables(connection: Connection) -> list[Table]:
    """In an order in which rows can be added."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]
