"""The program's tables in a new database."""

from bff.core.clock import SystemClock
from bff.db.postgresql.database import PostgresqlDatabase
from bff.db.schema import migrate
from tests.support.servers.control import wait


def make_tables(url: str) -> None:
    """By its migrations."""
    wait(_migrate(url))


async def _migrate(url: str) -> None:
    db = PostgresqlDatabase(url, SystemClock())
    await migrate(db)
    await db.close()
