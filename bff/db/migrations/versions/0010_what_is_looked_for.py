"""Letters are found by their message, in the order in which they are due."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index(op.f("ix_outbox_dead_at_due_at"), "outbox")
    is_not_dead = sa.text("dead_at IS NULL")
    op.create_index(
        op.f("ix_outbox_message_due_at"),
        "outbox",
        ["message", "due_at"],
        sqlite_where=is_not_dead,
        postgresql_where=is_not_dead,
    )
