"""An empty database that gets all rows of another one, or none."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy import Table

from bff.db.errors import CopyError
from bff.db.postgresql.alteration import explained
from bff.db.postgresql.pool import EVERY_CONNECTION, WAIT_S


class Intake:
    def __init__(self, connection: "asyncpg.Connection[Any]") -> None:
        self._connection = connection

    async def take(self, table: Table, rows: Iterator[tuple[Any, ...]]) -> None:
        """Into a table without rows, and after those that it refers to. Raises CopyError."""
        if await self._connection.fetchval(f"SELECT EXISTS (SELECT FROM {table.name})"):  # noqa: S608
            raise CopyError(f"the table {table.name} has rows already: name an empty database")
        names = [column.name for column in table.columns]
        try:
            await self._connection.copy_records_to_table(table.name, records=rows, columns=names)
        except (asyncpg.PostgresError, asyncpg.DataError) as error:
            raise CopyError(f"a row of {table.name}: {error}") from error
        if table.autoincrement_column is not None:
            await self._go_on_counting(table.name, table.autoincrement_column.name)

    async def _go_on_counting(self, table: str, column: str) -> None:
        sequence = f"pg_get_serial_sequence('{table}', '{column}')"
        await self._connection.execute(f"SELECT setval({sequence}, max({column})) FROM {table}")  # noqa: S608


@asynccontextmanager
async def open_intake(url: str) -> AsyncIterator[Intake]:
    """Kept where nothing is raised meanwhile. Raises NoDatabaseError."""
    with explained(url):
        connection = await asyncpg.connect(url, timeout=WAIT_S, server_settings=EVERY_CONNECTION)
        try:
            async with connection.transaction():
                yield Intake(connection)
            await connection.execute("ANALYZE")
        finally:
            await connection.close()
