"""An index of a table in use is built beside those who write to it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, inspect, text

from bff.db.migrations.online import add_index
from bff.db.postgresql import alteration
from bff.db.postgresql.alteration import alter
from bff.db.sqlite import alteration as of_sqlite
from tests.support.servers.databases import Databases


@pytest.fixture
def url(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Of a database with one table."""
    monkeypatch.setattr(alteration, "PAUSE_S", 0.02)
    monkeypatch.setitem(alteration.SESSION, "lock_timeout", "100ms")
    with databases.lend_bare() as bare:
        asyncio.run(alter(bare, make_table))
        yield bare


def make_table(connection: Connection) -> None:
    connection.execute(text("CREATE TABLE things (id bigint, size bigint)"))


def step(connection: Connection) -> None:
    options = {"transaction_per_migration": True}
    context = MigrationContext.configure(connection, opts=options)
    with Operations.context(context), context.begin_transaction(_per_migration=True):
        add_index("ix_things_size", "things", ["size"], unique=True, where="size > 0")


def indexes(connection: Connection) -> list[tuple[object, ...]]:
    found = inspect(connection).get_indexes("things")
    return [(one["name"], one["column_names"], bool(one["unique"])) for one in found]


WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE wait_event_type = 'Lock' AND query LIKE 'CREATE UNIQUE INDEX CONCURRENTLY%'
"""
EXPECTED = [("ix_things_size", ["size"], True)]


def test_on_sqlite_it_is_a_plain_index(tmp_path: Path) -> None:
    path = tmp_path / "bff.sqlite3"
    of_sqlite.alter(path, make_table)
    of_sqlite.alter(path, step)
    assert of_sqlite.alter(path, indexes) == EXPECTED


async def test_rows_are_written_while_it_waits_for_a_transaction(url: str) -> None:
    reader, writer = await asyncpg.connect(url), await asyncpg.connect(url)
    transaction = reader.transaction()
    await transaction.start()
    await reader.execute("INSERT INTO things VALUES (1, 1)")
    adding = asyncio.create_task(alter(url, step))
    async with asyncio.timeout(30):
        while not await writer.fetchval(WAITING):  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.02)
    await writer.execute("INSERT INTO things VALUES (2, 2)", timeout=5)
    await asyncio.sleep(0.3)  # longer than a step waits for a table
    assert not adding.done()
    await transaction.commit()
    await adding
    assert await alter(url, indexes) == EXPECTED
    for connection in (reader, writer):
        await connection.close()


async def test_one_that_was_broken_off_is_made_anew(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("INSERT INTO things VALUES (1, 7), (2, 7)")
    with pytest.raises(Exception, match="could not create unique index"):
        await alter(url, step)
    valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_things_size'::regclass"
    assert await connection.fetchval(valid) is False
    await connection.execute("DELETE FROM things WHERE id = 2")
    await alter(url, step)
    assert await connection.fetchval(valid) is True
    await connection.close()
