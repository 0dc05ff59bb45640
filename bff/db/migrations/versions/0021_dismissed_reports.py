"""When staff dismissed a report that they had to look at; those are found without the others."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

OPEN = sa.text("code IS NOT NULL AND dismissed_at IS NULL")


def upgrade() -> None:
    op.add_column("webhook_events", sa.Column("dismissed_at", sa.String(32), nullable=True))
    op.create_index(
        op.f("ix_webhook_events_code_received_at"),
        "webhook_events",
        ["code", "received_at"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
