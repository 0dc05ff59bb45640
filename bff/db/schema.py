"""Bringing a database to the tables of this version."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, NullPool, create_engine

from bff.db.database import Database
from bff.db.sqlite import BEGIN, open_file

MIGRATIONS = Path(__file__).parent / "migrations"


async def migrate(db: Database) -> None:
    """All steps in one transaction; a new file becomes a new database."""
    await asyncio.to_thread(in_one_go, db.path, _upgrade)


def in_one_go(path: Path, change: Callable[[Connection], None]) -> None:
    """Change tables through SQLAlchemy, on a connection of its own; all of it or nothing."""
    engine = create_engine("sqlite://", creator=lambda: open_file(path), poolclass=NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(BEGIN)
        change(connection)


def config_for(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection) -> None:
    command.upgrade(config_for(connection), "head")
