"""What couriers' failures move: the shopper's days to ship, and what staff decide."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, length in (("ship_back_from", 32), ("visits_escalated_at", 32)):
        op.add_column("returns", sa.Column(name, sa.String(length)))
    op.add_column("returns", sa.Column("visits_outcome", sa.String(24)))
