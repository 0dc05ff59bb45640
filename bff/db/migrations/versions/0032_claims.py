"""Who works on what: processes that share a database claim messages, and take leases."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("claimed_by", sa.String(80)))
    op.add_column("outbox", sa.Column("claimed_until", sa.String(32)))
    is_claimed = sa.text("claimed_until IS NOT NULL")
    op.create_index(
        op.f("ix_outbox_claimed_until"),
        "outbox",
        ["claimed_until"],
        sqlite_where=is_claimed,
        postgresql_where=is_claimed,
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("holder", sa.String(80), nullable=False),
        sa.Column("until", sa.String(32), nullable=False),
    )
