"""The tables' revision: what a database has, what this program needs, and the way there."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy
from sqlalchemy import column, select, table

from bff.db.connection import Connection
from bff.db.database import Database
from bff.db.errors import NoDatabaseError
from bff.db.statements import prepare

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
VERSIONS = table("alembic_version", column("version_num"))
_select_revision = select(VERSIONS.c.version_num)
_revision = prepare(_select_revision)


@dataclass(frozen=True, slots=True)
class Schema:
    """`found`: the database's revision, which another program may have made; None without tables.
    `needed`: this program's."""

    address: str
    found: str | None
    needed: str

    @property
    def is_behind(self) -> bool:
        return self.found is None or self.found < self.needed


async def migrate(db: Database) -> Schema:
    """As it was found: then, if it was behind, it is brought to what is needed.

    All steps are one transaction on SQLite, and a step is one on PostgreSQL. Raises
    NoDatabaseError.
    """
    schema = await inspect_schema(db)
    if schema.is_behind:
        await db.alter(_upgrade)
    return schema


async def require_schema(db: Database) -> None:
    """Raises NoDatabaseError where the tables are older than this program.

    Newer ones serve: a migration leaves what the program before it needs.
    """
    schema = await inspect_schema(db)
    if schema.is_behind:
        found = f"is at revision {schema.found}" if schema.found else "has no tables"
        raise NoDatabaseError(
            f"{schema.address} {found}, and this program needs {schema.needed}: run bff migrate"
        )


async def inspect_schema(db: Database) -> Schema:
    """Raises NoDatabaseError."""
    found = await db.alter(_current)
    if found and not found.isdecimal():
        raise NoDatabaseError(f"{db.address} has another program's tables, at revision {found}")
    return Schema(db.address, found, newest_revision())


def config_for(connection: sqlalchemy.Connection) -> "Config":
    from alembic.config import Config  # noqa: PLC0415 - a start that changes nothing is quicker

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _current(connection: sqlalchemy.Connection) -> str | None:
    if not sqlalchemy.inspect(connection).has_table(VERSIONS.name):
        return None
    revision: str | None = connection.scalar(_select_revision)
    return revision


def _upgrade(connection: sqlalchemy.Connection) -> None:
    from alembic import command  # noqa: PLC0415 - likewise

    command.upgrade(config_for(connection), "head")


def newest_revision() -> str:
    """Of this program: revisions are numbered, and a file's name begins with its revision."""
    return max(path.name for path in MIGRATIONS.glob("versions/*.py")).partition("_")[0]


async def revision_of(connection: Connection) -> str:
    """Of the database that is open."""
    revision: str = (await connection.execute(_revision)).scalar()
    return revision
