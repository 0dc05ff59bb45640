"""Who works on what: processes that share a database claim messages, and take leases."""

import sqlalchemy as sa
from alembic import op

from bff.db.tables.base import Moment, ShortText

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("claimed_by", ShortText(80)))
    op.add_column("outbox", sa.Column("claimed_until", Moment))
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
        sa.Column("name", ShortText(40), nullable=False),
        sa.Column("holder", ShortText(80), nullable=False),
        sa.Column("until", Moment, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
