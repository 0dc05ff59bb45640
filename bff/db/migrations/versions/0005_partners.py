"""What partners need."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.String(length=32)


def upgrade() -> None:
    _webhook_events()
    _outbox()


def _webhook_events() -> None:
    op.create_table(
        "webhook_events",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("partner", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.String(length=128), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_events")),
        sa.UniqueConstraint("partner", "event_id", name=op.f("uq_webhook_events_partner_event_id")),
    )
    op.create_index(
        op.f("ix_webhook_events_subject_id_status"), "webhook_events", ["subject_id", "status"]
    )


def _outbox() -> None:
    """A letter's id is part of its idempotency key: one that was used must not come again."""
    op.rename_table("outbox", "old_outbox")
    if op.get_bind().dialect.name == "postgresql":  # where a key has a name of its own
        op.drop_constraint("pk_outbox", "old_outbox")
    op.drop_index(op.f("ix_outbox_due_at"), "old_outbox")
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("message", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=80), nullable=False),
        sa.Column("posted_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("dead_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_outbox_subject_id_id"), "outbox", ["subject_id", "id"])
    op.create_index(op.f("ix_outbox_dead_at_due_at"), "outbox", ["dead_at", "due_at"])
    op.execute(
        "INSERT INTO outbox (id, message, subject_id, posted_at, due_at, attempts, last_error) "
        "SELECT id, message, subject_id, due_at, due_at, attempts, last_error FROM old_outbox"
    )
    op.drop_table("old_outbox")
    if op.get_bind().dialect.name == "postgresql":  # where an id that is given is not counted
        op.execute("ALTER SEQUENCE outbox_id_seq1 RENAME TO outbox_id_seq")
        op.execute("SELECT setval('outbox_id_seq', coalesce(max(id), 0) + 1, false) FROM outbox")
