"""Each return names its pickup: the one that is not cancelled, or else the newest."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("returns", sa.Column("pickup_id", sa.String(80), nullable=True))
    op.execute(
        "UPDATE returns SET pickup_id = (SELECT pickups.id FROM pickups "
        "WHERE pickups.return_id = returns.id "
        "ORDER BY pickups.status = 'CANCELLED', pickups.booked_at DESC, pickups.id DESC LIMIT 1)"
    )
    is_set = sa.text("pickup_id IS NOT NULL")
    op.create_index(
        op.f("ix_returns_pickup_id"),
        "returns",
        ["pickup_id"],
        sqlite_where=is_set,
        postgresql_where=is_set,
    )
