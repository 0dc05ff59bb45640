"""Which database an address leads to."""

from pathlib import Path

from bff.core.clock import Clock
from bff.core.ids import NewId, new_id
from bff.db.database import Database
from bff.db.sqlite.database import MAX_WRITES_PER_COMMIT, SqliteDatabase

POSTGRESQL = "postgresql://"


def open_database(
    address: Path | str,
    clock: Clock,
    make_id: NewId = new_id,
    max_writes_per_commit: int = MAX_WRITES_PER_COMMIT,
) -> Database:
    """`address`: a URL of PostgreSQL, or a file's path. Nothing is connected or read yet."""
    if isinstance(address, str) and address.startswith(POSTGRESQL):
        from bff.db.postgresql.database import PostgresqlDatabase  # noqa: PLC0415 - slow to load

        return PostgresqlDatabase(address, clock, make_id)
    return SqliteDatabase(Path(address), clock, make_id, max_writes_per_commit)
