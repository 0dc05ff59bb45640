"""When a waybill number was entered, apart from when the goods were sent; and numbers that are held
for a fee are looked for too."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("returns", sa.Column("waybill_at", sa.String(32), nullable=True))
    op.execute("UPDATE returns SET waybill_at = shipped_at WHERE waybill_number IS NOT NULL")
    has_held = sa.text("held_waybill IS NOT NULL")
    op.create_index(
        op.f("ix_pickups_held_waybill"),
        "pickups",
        ["held_waybill"],
        sqlite_where=has_held,
        postgresql_where=has_held,
    )
