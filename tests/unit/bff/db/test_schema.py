"""The migrations make the very tables that the program reads and writes."""

from pathlib import Path

from bff.core.clock import SystemClock
from bff.db.database import Database
from bff.db.schema import in_one_go, migrate, newest_revision, revision_of
from bff.db.sqlite.database import SqliteDatabase
from bff.db.tables import metadata
from tests.support.database import folded

# A trigger is for the former version, and a migration's own.
CREATED = "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL"


async def _made(db: Database) -> dict[str, str]:
    """What SQLite keeps of each table and index, white space and order of clauses folded."""
    async with db.read() as connection:
        rows = await connection.execute(CREATED)
        made = {row.name: folded(row.sql) for row in rows}
    return {name: sql for name, sql in made.items() if not name.startswith(("alembic", "sqlite"))}


async def test_migrated_tables_are_those_of_the_program(tmp_path: Path) -> None:
    migrated = SqliteDatabase(tmp_path / "migrated.sqlite3", SystemClock())
    await migrate(migrated)
    declared = SqliteDatabase(tmp_path / "declared.sqlite3", SystemClock())
    in_one_go(declared.path, metadata.create_all)
    assert await _made(migrated) == await _made(declared)
    await migrated.close()
    await declared.close()


async def test_migrating_again_changes_nothing(tmp_path: Path) -> None:
    db = SqliteDatabase(tmp_path / "bff.sqlite3", SystemClock())
    await migrate(db)
    first = await _made(db)
    await migrate(db)
    assert await _made(db) == first
    await db.close()


async def test_a_migrated_database_has_the_newest_revision(tmp_path: Path) -> None:
    db = SqliteDatabase(tmp_path / "bff.sqlite3", SystemClock())
    await migrate(db)
    async with db.read() as connection:
        assert await revision_of(connection) == newest_revision()
    await db.close()
