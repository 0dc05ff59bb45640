"""Steps that hold up nobody on PostgreSQL, and are plain on SQLite."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op


def add_index(
    name: str, table: str, columns: Sequence[str], *, unique: bool = False, where: str | None = None
) -> None:
    """Of a table that is there already: alone in its step, which runs again from its start where it
    was broken off.

    It is built beside those who write, and waits for the transactions that are under way.
    """
    options: dict[str, Any] = {"unique": unique}
    if where:
        options |= dict.fromkeys(("sqlite_where", "postgresql_where"), sa.text(where))
    context = op.get_context()
    if context.dialect.name == "sqlite":
        op.create_index(name, table, columns, **options)
        return
    with context.autocommit_block():
        op.execute("SET lock_timeout = 0")  # who waits for the table meanwhile does not wait for it
        op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)
        op.create_index(name, table, columns, postgresql_concurrently=True, **options)
        op.execute("RESET lock_timeout")
