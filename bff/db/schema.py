"""Bringing a database to the tables of this version."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, NullPool, column, create_engine, select, table
from sqlalchemy.exc import DatabaseError

from bff.db import connection as db
from bff.db.database import Database
from bff.db.sqlite.database import SqliteDatabase
from bff.db.sqlite.files import BEGIN, open_file
from bff.db.statements import prepare

NOT_WRITABLE = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM)
MIGRATIONS = Path(__file__).parent / "migrations"
_revision = prepare(select(column("version_num")).select_from(table("alembic_version")))


class NoDatabaseError(Exception):
    """A file that is something else, or cannot be opened or written."""


async def migrate(db: Database) -> None:
    """All steps in one transaction; a new file becomes a new database. Raises NoDatabaseError."""
    if not isinstance(db, SqliteDatabase):
        raise NotImplementedError
    try:
        await asyncio.to_thread(in_one_go, db.path, _upgrade)
    except DatabaseError as error:
        primary_code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
        if primary_code == sqlite3.SQLITE_NOTADB:
            raise NoDatabaseError(f"{db.path} is no SQLite database") from error
        if primary_code in NOT_WRITABLE:
            message = f"{db.path}: {error.orig}; the file and its folder have to be writable"
            raise NoDatabaseError(message) from error
        raise


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


def newest_revision() -> str:
    """Of this program: revisions are numbered, and a file's name begins with its revision."""
    return max(path.name for path in MIGRATIONS.glob("versions/*.py")).partition("_")[0]


async def revision_of(connection: db.Connection) -> str:
    """Of the database that is open."""
    revision: str = (await connection.execute(_revision)).scalar()
    return revision
