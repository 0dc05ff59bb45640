"""A file of SQLite, opened as every connection opens it."""

import sqlite3
from pathlib import Path

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
