"""Changing the tables of a file, through SQLAlchemy."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, NullPool, create_engine
from sqlalchemy.exc import DatabaseError

from bff.db.errors import NoDatabaseError
from bff.db.sqlite.files import BEGIN, open_file

T = TypeVar("T")

NOT_WRITABLE = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM)


def alter(path: Path, change: Callable[[Connection], T]) -> T:
    """On a connection of its own; all of it or nothing. Raises NoDatabaseError."""
    engine = create_engine("sqlite://", creator=lambda: open_file(path), poolclass=NullPool)
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(BEGIN)
            return change(connection)
    except DatabaseError as error:
        primary_code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
        if primary_code == sqlite3.SQLITE_NOTADB:
            raise NoDatabaseError(f"{path} is no SQLite database") from error
        if primary_code in NOT_WRITABLE:
            message = f"{path}: {error.orig}; the file and its folder have to be writable"
            raise NoDatabaseError(message) from error
        raise
