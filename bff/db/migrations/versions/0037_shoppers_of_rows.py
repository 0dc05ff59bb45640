"""Every row that belongs to a shopper names the shopper, so that a distributed database can place
a shopper on one shard.

The former version writes no shopper, while it still serves: a trigger does it for that one. Rows
that are there get theirs from the next migration.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from bff.db.tables.base import ShortText

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

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
PRIMARY_KEYS = {
    "order_lines": ("order_id", "line_no"),
    "past_offers": ("pickup_id", "courier_company", "requested_at"),
    "credited_returns": ("number", "sku", "entry", "return_id"),
    "missed_deadlines": ("return_id", "what", "due_at"),
    "ledger_entries": ("subject_id", "posting", "account"),
}


def upgrade() -> None:
    for table, parents in PARENTS.items():
        op.add_column(table, sa.Column("shopper_id", ShortText(80), nullable=True))
        for statement in _trigger(table, _owner(parents)):
            op.execute(statement)


def _owner(parents: dict[str, list[str]]) -> str:
    """Of the row `new`, as SQL."""
    [(key, tables)] = parents.items()
    found = [f"(SELECT shopper_id FROM {one} WHERE id = new.{key})" for one in tables]  # noqa: S608
    return found[0] if len(found) == 1 else f"coalesce({', '.join(found)})"


def _trigger(table: str, owner: str) -> Iterator[str]:
    name = f"{table}_without_shopper"
    if op.get_context().dialect.name == "sqlite":
        keys = PRIMARY_KEYS.get(table, ("id",))
        here = " AND ".join(f"{key} = new.{key}" for key in keys)
        yield (
            f"CREATE TRIGGER {name} AFTER INSERT ON {table} WHEN new.shopper_id IS NULL "  # noqa: S608
            f"BEGIN UPDATE {table} SET shopper_id = {owner} WHERE {here}; END"
        )
        return
    yield (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN new.shopper_id := {owner}; RETURN new; END $$"
    )
    yield (
        f"CREATE TRIGGER {name} BEFORE INSERT ON {table} FOR EACH ROW "
        f"WHEN (new.shopper_id IS NULL) EXECUTE FUNCTION {name}()"
    )
