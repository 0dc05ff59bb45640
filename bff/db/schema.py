"""Bringing a database to the tables of this version."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from bff.db.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"


async def migrate(db: Database) -> None:
    """All steps in one transaction; a new file becomes a new database."""
    await db.write(lambda tx: tx.connection.run_sync(_upgrade))


def config_for(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection) -> None:
    command.upgrade(config_for(connection), "head")
