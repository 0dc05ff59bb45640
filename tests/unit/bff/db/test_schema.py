"""The migrations make the very tables that the program reads and writes."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import make_url

from bff.core.clock import SystemClock
from bff.db.database import Database
from bff.db.engines import open_database
from bff.db.errors import NoDatabaseError
from bff.db.postgresql.database import PostgresqlDatabase
from bff.db.schema import (
    config_for,
    inspect_schema,
    migrate,
    newest_revision,
    require_schema,
    revision_of,
)
from bff.db.sqlite.database import SqliteDatabase
from bff.db.tables import metadata
from tests.support.database import folded
from tests.support.servers.databases import Databases

# `'0'::bigint`, `('x'::character varying)::text`: how a value became what it is
CASTS = re.compile(r"\(?'([^']*)'::[a-z ]+\)?(?:::[a-z ]+)?")
# A trigger is for the former version, and a migration's own.
SQLITE = """
SELECT name, sql FROM sqlite_master
WHERE type IN ('table', 'index') AND sql IS NOT NULL AND name NOT LIKE 'sqlite%'
"""
POSTGRESQL = """
SELECT relname || '.' || attname AS name, concat_ws(' ', format_type(atttypid, NULL),
    attnotnull, collname, attgenerated, pg_get_expr(adbin, adrelid)) AS sql
FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
LEFT JOIN pg_collation ON pg_collation.oid = attcollation
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S') AND attnum > 0
    AND NOT attisdropped
UNION ALL SELECT sequencename, concat_ws(' ', data_type, increment_by, cycle) FROM pg_sequences
UNION ALL SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT conname, pg_get_constraintdef(oid, true) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND contype != 'n'
"""


async def _made(db: Database) -> dict[str, str]:
    """What a database keeps of each table and index, in one form."""
    async with db.read() as connection:
        if isinstance(db, SqliteDatabase):
            made = {row.name: folded(row.sql) for row in await connection.execute(SQLITE)}
        else:
            found = await connection.execute(POSTGRESQL)
            made = {row.name: CASTS.sub(r"\1", row.sql) for row in found}
    return {name: sql for name, sql in made.items() if not name.startswith("alembic")}


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """Without tables."""
    async with _new_database(request, tmp_path / "bff.sqlite3") as made:
        yield made


@asynccontextmanager
async def _new_database(request: pytest.FixtureRequest, path: Path) -> AsyncIterator[Database]:
    with ExitStack() as lent:
        if request.node.callspec.params["database"] == "sqlite":
            made: Database = SqliteDatabase(path, SystemClock())
        else:
            databases: Databases = request.getfixturevalue("databases")
            url = lent.enter_context(databases.lend_bare())
            made = PostgresqlDatabase(url, SystemClock())
        yield made
        await made.close()


def address_of(database: Database) -> Path | str:
    if isinstance(database, SqliteDatabase):
        return database.path
    assert isinstance(database, PostgresqlDatabase)
    return database.url


async def test_migrated_tables_are_those_of_the_program(
    database: Database, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    await migrate(database)
    async with _new_database(request, tmp_path / "other.sqlite3") as declared:
        await declared.alter(metadata.create_all)
        assert await _made(database) == await _made(declared)


async def test_migrating_again_changes_nothing(database: Database) -> None:
    schema = await migrate(database)
    assert (schema.found, schema.needed) == (None, newest_revision())
    first = await _made(database)
    schema = await migrate(database)
    assert schema.found == schema.needed
    assert await _made(database) == first


async def test_of_two_that_migrate_at_once_one_does_all(database: Database) -> None:
    """A step that runs twice would fail."""
    other = open_database(address_of(database), SystemClock())
    await asyncio.gather(migrate(database), migrate(other))
    await require_schema(other)
    await other.close()


async def test_a_server_needs_no_rights_to_change_tables(databases: Databases) -> None:
    with databases.lend_bare() as url:
        owner = PostgresqlDatabase(url, SystemClock())
        await migrate(owner)
        reads = "GRANT SELECT ON ALL TABLES IN SCHEMA public TO bff_test_server"
        for statement in ("CREATE ROLE bff_test_server LOGIN", reads):
            await owner.write(lambda tx, sql=statement: tx.execute(sql))  # type: ignore[misc]
        theirs = make_url(url).set(username="bff_test_server")
        server = PostgresqlDatabase(theirs.render_as_string(hide_password=False), SystemClock())
        await require_schema(server)
        for statement in ("DROP OWNED BY bff_test_server", "DROP ROLE bff_test_server"):
            await owner.write(lambda tx, sql=statement: tx.execute(sql))  # type: ignore[misc]
        await server.close()
        await owner.close()


async def test_a_migrated_database_has_the_newest_revision(database: Database) -> None:
    await migrate(database)
    await require_schema(database)
    async with database.read() as connection:
        assert await revision_of(connection) == newest_revision()


async def test_a_program_refuses_a_database_without_tables(database: Database) -> None:
    expected = f"has no tables, and this program needs {newest_revision()}: run bff migrate"
    with pytest.raises(NoDatabaseError, match=expected):
        await require_schema(database)


async def test_a_program_refuses_an_older_schema(database: Database) -> None:
    await database.alter(lambda connection: command.upgrade(config_for(connection), "0001"))
    with pytest.raises(NoDatabaseError, match=r"is at revision 0001, .*: run bff migrate"):
        await require_schema(database)
    assert (await inspect_schema(database)).found == "0001"


async def test_a_newer_schema_serves_and_stays(database: Database) -> None:
    await _renumber(database, "9998")
    await require_schema(database)
    before = await _made(database)
    schema = await migrate(database)
    assert (schema.found, schema.is_behind) == ("9998", False)
    assert await _made(database) == before
    assert (await inspect_schema(database)).found == "9998"


async def test_another_programs_tables_are_left_alone(database: Database) -> None:
    await _renumber(database, "ae1027a6acf")
    with pytest.raises(NoDatabaseError, match="another program's tables, at revision ae1027a6acf"):
        await migrate(database)


async def _renumber(database: Database, revision: str) -> None:
    await migrate(database)
    renumbered = f"UPDATE alembic_version SET version_num = '{revision}'"
    await database.write(lambda tx: tx.execute(renumbered))
