"""A database of an older version: made from its dump, brought up to date, and compared."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import Connection

from bff.core.clock import SystemClock
from bff.db.engines import open_database
from bff.db.schema import config_for, migrate
from bff.db.sqlite import alteration
from bff.db.sqlite.database import SqliteDatabase
from bff.db.tables import metadata
from bff.services import open_services
from bff.settings import Settings
from tests.support.copied_database import put_copy, read_copy
from tests.support.engines import database_address

DUMPS = Path(__file__).parent / "data"

Columns = dict[str, list[str]]
Rows = dict[str, list[tuple[Any, ...]]]


def make_old(path: Path, revision: str, dump: str) -> None:
    """With the tables of that revision, and the rows of a file in `DUMPS`."""
    bring_to(path, revision)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((DUMPS / dump).read_text("utf-8"))


async def put_town(path: Path) -> None:
    """The town of `town.sql`, up to date, in the database that a test's path leads to."""
    address, tables = database_address(path), metadata.sorted_tables
    make_old(path, "0011", "town.sql")
    file = SqliteDatabase(path, SystemClock())
    await migrate(file)
    if address != path:
        copy = await file.alter(lambda connection: read_copy(connection, tables))
        db = open_database(address, SystemClock())
        await db.alter(lambda connection: put_copy(connection, copy, tables))
        await db.close()
    await file.close()


def bring_to(path: Path, revision: str) -> None:
    """A database of an earlier revision, or a new one."""

    def migrations(connection: Connection) -> None:
        command.upgrade(config_for(connection), revision)

    alteration.alter(path, migrations)


async def upgrade(path: Path, now: datetime) -> None:
    """As the command line does, whatever it goes on to do."""
    settings = Settings(database=path, mode="demo", clock_starts_at=now)
    services = await open_services(settings)
    await services.db.close()


def tables(path: Path) -> list[str]:
    """Those with rows that are a return's or a shopper's, in the order of their names."""
    with closing(sqlite3.connect(path)) as connection:
        names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        found = connection.execute(f"{names} ORDER BY name").fetchall()
    return [name for (name,) in found if name != "alembic_version"]


def columns(path: Path, of: list[str]) -> Columns:
    with closing(sqlite3.connect(path)) as connection:
        return {
            table: [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            for table in of
        }


def rows(path: Path, wanted: Columns) -> Rows:
    """Of the given columns, in an order that does not depend on the table's."""
    with closing(sqlite3.connect(path)) as connection:
        return {
            table: sorted(connection.execute(f"SELECT {', '.join(names)} FROM {table}"), key=str)
            for table, names in wanted.items()
        }
