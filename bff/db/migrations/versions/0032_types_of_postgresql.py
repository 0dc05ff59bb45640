"""PostgreSQL's own types: moments with a zone, numbers of 64 bits, texts of any length that are
sorted by code points. Nothing changes on SQLite.

A migration after this one declares such columns as the tables do, by `Moment`, `LONG` and
`ShortText`.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

MOMENTS = {"at", "fee_due_by", "in_force_from", "owed_since", "ship_back_from"}
NUMBERED = ("behaviours", "outbox", "timers", "webhook_events")


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        return
    inspector = sa.inspect(connection)
    for table in sorted({*inspector.get_table_names()} - {"alembic_version"}):
        changes = list(_changes(inspector, table))
        if changes:
            op.execute(f"ALTER TABLE {table} {', '.join(changes)}")
    for table in NUMBERED:
        op.execute(f"ALTER SEQUENCE {table}_id_seq AS bigint")


def _changes(inspector: sa.Inspector, table: str) -> Iterator[str]:
    for column in inspector.get_columns(table):
        name, kind = column["name"], column["type"]
        if name in MOMENTS or name.endswith("_at"):
            yield f'ALTER "{name}" TYPE timestamptz USING "{name}"::timestamptz'
        elif isinstance(kind, sa.String) and not isinstance(kind, sa.Text):
            yield f'ALTER "{name}" TYPE text COLLATE "C"'
        elif name == "id":
            yield "ALTER id TYPE bigint"
