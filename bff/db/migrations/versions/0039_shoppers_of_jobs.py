"""Events, timers, calls, reports and traces name the shopper whose they are, as other rows do: ''
where they are nobody's.

The former version writes no shopper, while it still serves: a trigger does it for that one. Rows
that are there get theirs from the next migration.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from bff.db.tables.base import ShortText

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

# Each with the column that names what a row is about
SUBJECTS = {
    "events": "topic",
    "webhook_events": "subject_id",
    "timers": "subject_id",
    "outbox": "subject_id",
    "traces": "subject_id",
}
PREFIXES = {
    "ret_": "returns",
    "pic_": "pickups",
    "pay_": "payments",
    "ord_": "orders",
    "pho_": "photos",
}
REPORT = "(SELECT shopper_id FROM webhook_events WHERE id = CAST({key} AS BIGINT))"


def upgrade() -> None:
    for table, subject in SUBJECTS.items():
        op.add_column(table, sa.Column("shopper_id", ShortText(80), nullable=True))
        for statement in _trigger(table, _owner(table, subject)):
            op.execute(statement)


def _owner(table: str, subject: str) -> str:
    """Of the row `new`, as SQL."""
    key = f"new.{subject}"
    kinds = [
        f"WHEN '{prefix}' THEN (SELECT shopper_id FROM {parent} WHERE id = {key})"  # noqa: S608
        for prefix, parent in PREFIXES.items()
    ]
    kinds += [f"WHEN 'sho_' THEN {key}", f"WHEN 'star' THEN substr({key}, 7)"]
    owner = f"CASE substr({key}, 1, 4) {' '.join(kinds)} END"
    if table == "timers":
        of_report = REPORT.format(key=key)
        owner = f"CASE WHEN new.kind = 'webhook.try_again' THEN {of_report} ELSE {owner} END"
    return f"coalesce({owner}, '')"


def _trigger(table: str, owner: str) -> Iterator[str]:
    name = f"{table}_without_shopper"
    if op.get_context().dialect.name == "sqlite":
        yield (
            f"CREATE TRIGGER {name} AFTER INSERT ON {table} WHEN new.shopper_id IS NULL "  # noqa: S608
            f"BEGIN UPDATE {table} SET shopper_id = {owner} WHERE rowid = new.rowid; END"
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
