"""Who bears the freight of a return, as its merchant has said; of older ones nobody has."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("returns", sa.Column("freight_payer", sa.String(16)))
    agreed = sa.Column("merchant_agreed", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("pickups", agreed)
