"""The database as a test sees it: its rows, the SQL that runs, a table that is missing."""

import sqlite3
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from asyncpg import IntegrityConstraintViolationError
from sqlalchemy import Table, func, select, text

from bff.core.clock import Clock
from bff.db.database import Database
from bff.db.errors import DatabaseUnavailableError
from bff.db.statements import Prepared, prepare
from bff.db.tables import ledger_entries, metadata, slots
from tests.support.world import World, open_tables

# By which either database refuses a row
INTEGRITY_ERRORS = (sqlite3.IntegrityError, IntegrityConstraintViolationError)

Dump = dict[str, list[tuple[object, ...]]]


@asynccontextmanager
async def new_database(folder: Path, clock: Clock) -> AsyncIterator[Database]:
    database = await open_tables(folder / "bff.sqlite3", clock)
    yield database
    await database.close()


async def dump(db: Database) -> Dump:
    found: Dump = {}
    async with db.read() as connection:
        for table in metadata.sorted_tables:
            rows = await connection.execute(_all_rows(table))
            found[table.name] = [tuple(row) for row in rows]
    return found


@cache
def _all_rows(table: Table) -> Prepared[Any]:
    return prepare(select(table).order_by(*table.primary_key.columns))


@asynccontextmanager
async def nothing_changes(world: World, but: Collection[str] = ()) -> AsyncIterator[None]:
    """Not a row of any table, but of those."""
    before = await dump(world.db)
    yield
    after = await dump(world.db)
    assert {**after, **{name: before[name] for name in but}} == before


async def rows_of(db: Database, table: Table) -> list[Any]:
    """All of them, in the order of their keys."""
    async with db.read() as connection:
        return (await connection.execute(_all_rows(table))).all()


async def count(db: Database, table: Table) -> int:
    async with db.read() as connection:
        return int((await connection.execute(select(func.count()).select_from(table))).scalar())


async def counts(db: Database, *tables: Table) -> list[int]:
    return [await count(db, table) for table in tables]


async def balances(db: Database) -> dict[str, int]:
    """Of the ledger, by account, in minor units; those of zero left out."""
    account, total = ledger_entries.c.account, func.sum(ledger_entries.c.amount_minor)
    async with db.read() as connection:
        rows = await connection.execute(select(account, total).group_by(account))
        return {account: minor for account, minor in rows if minor}


async def places_left(db: Database) -> dict[str, int]:
    """Places left, by slot, where any was ever taken."""
    async with db.read() as connection:
        rows = await connection.execute(select(slots.c.key, slots.c.remaining))
        return {row.key: row.remaining for row in rows}


@asynccontextmanager
async def table_removed(db: Database, table: Table) -> AsyncIterator[None]:
    """Every statement that needs the table fails meanwhile."""
    away = f"{table.name}_away"
    await _rename_table(db, table.name, away)
    yield
    await _rename_table(db, away, table.name)


async def _rename_table(db: Database, name: str, to: str) -> None:
    await db.write(lambda tx: tx.execute(text(f"ALTER TABLE {name} RENAME TO {to}")))


@contextmanager
def statements(db: Database) -> Iterator[list[str]]:
    """The SQL that readers and writer run meanwhile, in sequence."""
    seen: list[str] = []
    db.listeners.append(seen.append)
    try:
        yield seen
    finally:
        db.listeners.remove(seen.append)


def folded(sql: str) -> str:
    """A column added later stands on the line of the one before it, so commas part as well; a
    table that was made anew has its name in quotes, a default in brackets, and another order."""
    plain = sql.replace('"', "").replace("('')", "''").replace("WITHOUT ROWID", ", WITHOUT ROWID")
    parts = plain.split(",")
    return "\n".join(sorted(" ".join(part.split()).rstrip(") ") for part in parts))


@contextmanager
def database_away(db: Database) -> Iterator[None]:
    """Nothing can be read or written meanwhile."""

    def refuse(*_: object) -> Any:
        raise DatabaseUnavailableError("the database is away")

    vars(db).update(read=refuse, write=refuse, look=refuse)
    try:
        yield
    finally:
        del vars(db)["read"], vars(db)["write"], vars(db)["look"]
