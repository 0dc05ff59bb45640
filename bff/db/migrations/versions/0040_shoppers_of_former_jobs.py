"""Events, timers, calls, reports and traces that were there before they named their shopper get it
from what they are about.

On PostgreSQL some thousand rows at a time, each time in a transaction of its own: nobody waits for
long, and one that is broken off goes on where it was.
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

EXCEPTIONS = {"rows-read": "some thousand rows at a time, each time in its own transaction"}

# Each with the column that names what a row is about, and the one in whose order they are filled.
# Reports come before timers, of which some are theirs.
SUBJECTS = {
    "events": ("topic", "topic"),
    "webhook_events": ("subject_id", "id"),
    "timers": ("subject_id", "id"),
    "outbox": ("subject_id", "id"),
    "traces": ("subject_id", "subject_id"),
}
PREFIXES = {
    "ret_": "returns",
    "pic_": "pickups",
    "pay_": "payments",
    "ord_": "orders",
    "pho_": "photos",
}
REPORT = "(SELECT shopper_id FROM webhook_events WHERE id = CAST({key} AS BIGINT))"
BATCH_ROWS = 5000


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table, (subject, _) in SUBJECTS.items():
            op.execute(f"UPDATE {table} SET shopper_id = {_owner(table, subject)}")  # noqa: S608
        return
    with op.get_context().autocommit_block():
        for table, (subject, key) in SUBJECTS.items():
            _fill(table, key, _owner(table, subject))


def _owner(table: str, subject: str) -> str:
    """As SQL."""
    key = f"{table}.{subject}"
    kinds = [
        f"WHEN '{prefix}' THEN (SELECT shopper_id FROM {parent} WHERE id = {key})"  # noqa: S608
        for prefix, parent in PREFIXES.items()
    ]
    kinds += [f"WHEN 'sho_' THEN {key}", f"WHEN 'star' THEN substr({key}, 7)"]
    owner = f"CASE substr({key}, 1, 4) {' '.join(kinds)} END"
    if table == "timers":
        of_report = REPORT.format(key=key)
        owner = f"CASE WHEN kind = 'webhook.try_again' THEN {of_report} ELSE {owner} END"
    return f"coalesce({owner}, '')"


def _fill(table: str, key: str, owner: str) -> None:
    connection = op.get_bind()
    some = sa.text(
        f"SELECT max({key}) FROM (SELECT {key} FROM {table} WHERE {key} > :last "  # noqa: S608
        f"ORDER BY {key} LIMIT {BATCH_ROWS}) AS these"
    )
    fill = sa.text(
        f"UPDATE {table} SET shopper_id = {owner} "  # noqa: S608
        f"WHERE shopper_id IS NULL AND {key} BETWEEN :last AND :until"
    )
    last: str | int = 0 if key == "id" else ""
    while until := connection.scalar(some, {"last": last}):
        connection.execute(fill, {"last": last, "until": until})
        last = until
