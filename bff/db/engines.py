"""Which database an address leads to, and how its processes wake one another."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from bff.core.clock import Clock
from bff.core.ids import NewId, new_id
from bff.core.progress import Progress
from bff.db.database import Database
from bff.db.errors import BackupError
from bff.db.postgresql.channel import postgresql_channel
from bff.db.postgresql.database import PostgresqlDatabase
from bff.db.postgresql.intake import open_intake
from bff.db.relays.broker import BrokerRelay
from bff.db.relays.relay import Relay
from bff.db.relays.sockets import SocketRelay
from bff.db.sqlite.backup import back_up
from bff.db.sqlite.database import MAX_WRITES_PER_COMMIT, SqliteDatabase
from bff.db.sqlite.export import open_export
from bff.db.tables import heartbeats, leases, metadata

if TYPE_CHECKING:
    from bff.db.redis.values import SharedValues

T = TypeVar("T")

POSTGRESQL = "postgresql://"
OF_PROCESSES = (heartbeats, leases)  # which run no more


def open_database(
    address: Path | str,
    clock: Clock,
    make_id: NewId = new_id,
    max_writes_per_commit: int = MAX_WRITES_PER_COMMIT,
) -> Database:
    """`address`: a URL of PostgreSQL, or a file's path. Nothing is connected or read yet."""
    if isinstance(address, str) and address.startswith(POSTGRESQL):
        return PostgresqlDatabase(address, clock, make_id)
    return SqliteDatabase(Path(address), clock, make_id, max_writes_per_commit)


def back_up_database(address: Path | str, target: Path) -> int:
    """The size in bytes of a copy of the file. Raises BackupError."""
    if not isinstance(address, Path):
        raise BackupError("PostgreSQL is copied by pg_basebackup, as docs/operations.md says")
    return back_up(address, target)


async def copy_file(source: Path, target: str, progress: Progress) -> Mapping[str, int]:
    """How many rows of each table of a file are in an empty database of PostgreSQL now: all of
    them, or none. Both have this program's tables. Raises CopyError, NoDatabaseError.
    """
    copied = {}
    async with open_intake(target) as intake:
        with open_export(source) as export:
            for table in metadata.sorted_tables:
                if table in OF_PROCESSES:
                    continue
                copied[table.name] = export.count(table)
                progress.start(table.name, copied[table.name])
                await intake.take(table, _counted(export.rows(table), progress))
    return copied


def _counted(rows: Iterator[T], progress: Progress) -> Iterator[T]:
    for row in rows:
        yield row
        progress.advance(1)


def shared_values(redis_url: str) -> "SharedValues":
    from bff.db.redis.values import SharedValues  # noqa: PLC0415 - OpenTelemetry with it

    return SharedValues(redis_url)


def relay_between(db: Database, redis_url: str | None) -> Relay:
    """From this process to the others that have opened the database."""
    if redis_url:
        from bff.db.redis.channel import redis_channel  # noqa: PLC0415 - OpenTelemetry with it

        return BrokerRelay("Redis", partial(redis_channel, redis_url), db.wakeups)
    if isinstance(db, PostgresqlDatabase):
        return BrokerRelay("PostgreSQL", partial(postgresql_channel, db.url), db.wakeups)
    if isinstance(db, SqliteDatabase):
        return SocketRelay(db.path.with_suffix(".sockets"), db.wakeups)
    raise TypeError(f"a {type(db).__name__} has no relay")
