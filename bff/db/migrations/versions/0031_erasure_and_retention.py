"""Persons are erased, and what is old goes: who was erased, and how far the rules have come."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

MOMENT = sa.String(32)


def upgrade() -> None:
    op.add_column("shoppers", sa.Column("erased_at", MOMENT))
    op.create_index(op.f("ix_idempotency_at"), "idempotency", ["at"])
    op.create_table(
        "erasures",
        sa.Column("shopper_id", sa.String(80), nullable=False),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("requested_by", sa.String(80), nullable=False),
        sa.Column("erased_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.Column("position", sa.String(80), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("shopper_id", name=op.f("pk_erasures")),
    )
    erased = sa.text("erased_at IS NOT NULL")
    op.create_index(
        op.f("ix_erasures_erased_at"),
        "erasures",
        ["erased_at"],
        sqlite_where=erased,
        postgresql_where=erased,
    )
    op.create_table(
        "retention_runs",
        sa.Column("rule", sa.String(40), nullable=False),
        sa.Column("position", sa.String(80), nullable=False),
        sa.Column("first_kept", sa.String(80)),
        sa.Column("ran_at", MOMENT, nullable=False),
        sa.Column("deleted", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("rule", name=op.f("pk_retention_runs")),
        sqlite_with_rowid=False,
    )
