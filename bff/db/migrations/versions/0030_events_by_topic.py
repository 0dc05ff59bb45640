"""Events are numbered along their topic, each by the transaction that writes it.

The former version writes no id, while it still serves: on SQLite a trigger does it for that one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

COLUMNS = "topic, id, kind, at, facts"
NUMBERED = """
CREATE TRIGGER events_without_id AFTER INSERT ON events WHEN new.id IS NULL
BEGIN
  UPDATE events SET id = (SELECT coalesce(max(id), 0) + 1 FROM events WHERE topic = new.topic)
  WHERE rowid = new.rowid;
END
"""


def upgrade() -> None:
    op.drop_index("ix_events_topic_id", "events")
    if op.get_bind().dialect.name == "sqlite":
        _make_anew()
        op.execute(NUMBERED)
    else:
        op.drop_constraint("pk_events", "events")
        op.alter_column("events", "id", server_default=None)
        op.execute("DROP SEQUENCE events_id_seq")
        op.create_primary_key("pk_events", "events", ["topic", "id"])


def _make_anew() -> None:
    op.rename_table("events", "old_events")
    op.create_table(
        "events",
        sa.Column("topic", sa.String(80), nullable=False),
        sa.Column("id", sa.Integer, nullable=True, autoincrement=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("topic", "id", name=op.f("pk_events")),
    )
    op.execute(f"INSERT INTO events ({COLUMNS}) SELECT {COLUMNS} FROM old_events")  # noqa: S608
    op.drop_table("old_events")
