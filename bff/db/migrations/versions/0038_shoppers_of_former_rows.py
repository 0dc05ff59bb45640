"""Rows that were there before they named their shopper get it from their parents.

On PostgreSQL some thousand parents at a time, each time in a transaction of its own: nobody waits
for long, and one that is broken off goes on where it was.
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

EXCEPTIONS = {"rows-read": "some thousand parents at a time, each time in its own transaction"}

# Each with its parents, by the column that names one; a parent comes before its children.
PARENTS = {
    "order_lines": {"order_id": ["orders"]},
    "refunds": {"return_id": ["returns"]},
    "pickups": {"return_id": ["returns"]},
    "past_offers": {"pickup_id": ["pickups"]},
    "credited_returns": {"return_id": ["returns"]},
    "missed_deadlines": {"return_id": ["returns"]},
    "photos": {"return_id": ["returns"]},
    "payments": {"return_id": ["returns"]},
    "ledger_entries": {"subject_id": ["refunds", "pickups", "payments"]},
}
BATCH_PARENTS = 5000


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table, parents in PARENTS.items():
            op.execute(f"UPDATE {table} SET shopper_id = {_owner(table, parents)}")  # noqa: S608
        return
    with op.get_context().autocommit_block():
        for table, parents in PARENTS.items():
            _fill(table, parents)


def _owner(table: str, parents: dict[str, list[str]]) -> str:
    """As SQL."""
    [(key, tables)] = parents.items()
    found = [f"(SELECT shopper_id FROM {one} WHERE id = {table}.{key})" for one in tables]  # noqa: S608
    return found[0] if len(found) == 1 else f"coalesce({', '.join(found)})"


def _fill(table: str, parents: dict[str, list[str]]) -> None:
    connection = op.get_bind()
    [(key, tables)] = parents.items()
    for parent in tables:
        some = sa.text(
            f"SELECT max(id) FROM (SELECT id FROM {parent} WHERE id > :last "  # noqa: S608
            f"ORDER BY id LIMIT {BATCH_PARENTS}) AS these"
        )
        fill = sa.text(
            f"UPDATE {table} SET shopper_id = parent.shopper_id FROM {parent} AS parent "  # noqa: S608
            f"WHERE {table}.{key} = parent.id AND {table}.shopper_id IS NULL "
            "AND parent.id > :last AND parent.id <= :until"
        )
        last = ""
        while until := connection.scalar(some, {"last": last}):
            connection.execute(fill, {"last": last, "until": until})
            last = until
