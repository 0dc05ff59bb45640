"""A database of an older version: made from its dump, brought up to date, and compared."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import Connection

from bff.db.schema import config_for
from bff.db.sqlite import alteration
from bff.services import open_services
from bff.settings import Settings

DUMPS = Path(__file__).parent / "data"

Columns = dict[str, list[str]]
Rows = dict[str, list[tuple[Any, ...]]]


def make_old(path: Path, revision: str, dump: str) -> None:
    """With the tables of that revision, and the rows of a file in `DUMPS`."""
    bring_to(path, revision)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((DUMPS / dump).read_text("utf-8"))


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
