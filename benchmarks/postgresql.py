"""PostgreSQL beside the files: a server whose commits are on the disk, filled from a file."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import Boolean, Column, Table

from benchmarks.files import settings_for
from benchmarks.wrk import LoadError
from bff.db.tables import Moment, metadata
from bff.services import open_services
from tests.support.drills.stage import own_postgresql
from tests.support.servers.control import Control
from tests.support.servers.databases import url_of
from tests.support.servers.postgresql import PostgresqlServer

BUFFERS = "256MB"
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")
NO_TRIGGERS = {"session_replication_role": "replica"}


@contextmanager
def durable_server() -> Iterator[PostgresqlServer]:
    """Raises LoadError where a commit would not wait for the disk."""
    with own_postgresql(shared_buffers=BUFFERS) as server, closing(_control(server)) as control:
        for setting in DURABLE:
            if control.values(f"SHOW {setting}") != ["on"]:
                raise LoadError(f"writes aren't durable: {setting} is off")
        yield server


def _control(server: PostgresqlServer) -> Control:
    return Control(server.url(), "benchmarks")


def filled(server: PostgresqlServer, name: str, file: Path) -> str:
    """The URL of a new database with the file's rows."""
    with closing(_control(server)) as control:
        control.execute(f"CREATE DATABASE {name}")
    url = url_of(server.url(), name)
    asyncio.run(_fill(url, file))
    return url


def copied(server: PostgresqlServer, source: str, name: str) -> str:
    """The URL of a new database as `source` is, which nobody uses meanwhile."""
    with closing(_control(server)) as control:
        control.execute(f"CREATE DATABASE {name} TEMPLATE {source}")
    return url_of(server.url(), name)


async def _fill(url: str, file: Path) -> None:
    """Its tables are made as the server itself makes them."""
    services = await open_services(settings_for(url))
    await services.db.close()
    await copy_rows(file, url)


async def copy_rows(file: Path, url: str) -> None:
    """Instead of those that are there."""
    connection = await asyncpg.connect(url, server_settings=NO_TRIGGERS)
    await connection.execute(f"TRUNCATE {', '.join(metadata.tables)}")
    with closing(sqlite3.connect(file)) as db:
        for table in metadata.sorted_tables:
            await _copy(db, connection, table)
    await connection.execute("VACUUM ANALYZE")
    await connection.close()


async def _copy(
    db: sqlite3.Connection, connection: "asyncpg.Connection[Any]", table: Table
) -> None:
    names = [column.name for column in table.columns]
    listed = ", ".join(f'"{name}"' for name in names)
    decoders = [_decoder(column) for column in table.columns]

    def decoded(row: Sequence[Any]) -> tuple[Any, ...]:
        pairs = zip(decoders, row, strict=True)
        return tuple(None if value is None else decode(value) for decode, value in pairs)

    records = map(decoded, db.execute(f"SELECT {listed} FROM {table.name}"))
    await connection.copy_records_to_table(table.name, records=records, columns=names)
    if table.autoincrement_column is not None:
        await _go_on_counting(connection, table.name, table.autoincrement_column.name)


def _decoder(column: Column[Any]) -> Callable[[Any], Any]:
    """From SQLite's value to what asyncpg takes; JSON is text to both."""
    if isinstance(column.type, Moment):
        return datetime.fromisoformat
    return bool if isinstance(column.type, Boolean) else _same


def _same(value: Any) -> Any:
    return value


async def _go_on_counting(connection: "asyncpg.Connection[Any]", table: str, column: str) -> None:
    sequence = f"pg_get_serial_sequence('{table}', '{column}')"
    await connection.execute(f"SELECT setval({sequence}, max({column})) FROM {table}")
