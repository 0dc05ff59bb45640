"""The steps from an old version bring the same rows about on PostgreSQL as on SQLite."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic import command

from bff.core.clock import SystemClock
from bff.db.postgresql.database import PostgresqlDatabase
from bff.db.schema import config_for, migrate
from bff.db.sqlite.database import SqliteDatabase
from tests.support.copied_database import put_copy, read_copy, read_rows
from tests.support.old_database import make_old
from tests.support.servers.databases import Databases


@pytest.fixture
async def bare(databases: Databases) -> AsyncIterator[PostgresqlDatabase]:
    with databases.lend_bare() as url:
        database = PostgresqlDatabase(url, SystemClock())
        yield database
        await database.close()


@pytest.mark.parametrize(("revision", "dump"), [("0001", "old.sql"), ("0011", "town.sql")])
async def test_the_same_rows_come_of_an_old_database(
    bare: PostgresqlDatabase, tmp_path: Path, revision: str, dump: str
) -> None:
    path = tmp_path / "bff.sqlite3"
    make_old(path, revision, dump)
    file = SqliteDatabase(path, SystemClock())
    copy = await file.alter(read_copy)
    await bare.alter(lambda connection: command.upgrade(config_for(connection), revision))
    await bare.alter(lambda connection: put_copy(connection, copy))
    await migrate(bare)
    await migrate(file)
    expected, found = await file.alter(read_rows), await bare.alter(read_rows)
    assert found == expected
    assert len([name for name, rows in found.items() if rows]) > 15
    await file.close()
