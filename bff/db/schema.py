"""Making the tables."""

from bff.db.database import Database
from bff.db.tables import metadata


async def migrate(db: Database) -> None:
    """Bring the database to the tables of this version; a new file becomes a new database."""
    await db.write(lambda tx: tx.connection.run_sync(metadata.create_all))
