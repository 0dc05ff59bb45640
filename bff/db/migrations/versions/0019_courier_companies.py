"""Which courier companies had a pickup before, who comes, and for whom a message is."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "past_offers",
        sa.Column("pickup_id", sa.String(80), nullable=False),
        sa.Column("courier_company", sa.String(32), nullable=False),
        sa.Column("requested_at", sa.String(32), nullable=False),
        sa.Column("ends_at", sa.String(32), nullable=False),
        sa.Column("accepted_at", sa.String(32)),
        sa.Column("ended_at", sa.String(32), nullable=False),
        sa.Column("end", sa.String(24), nullable=False),
        sa.Column("visit_failure", sa.String(24)),
        sa.ForeignKeyConstraint(
            ["pickup_id"], ["pickups.id"], name=op.f("fk_past_offers_pickup_id")
        ),
        sa.PrimaryKeyConstraint(
            "pickup_id", "courier_company", "requested_at", name=op.f("pk_past_offers")
        ),
        sqlite_with_rowid=False,
    )
    for name, length in (("courier_name", 80), ("courier_phone", 32), ("pickup_code", 32)):
        op.add_column("pickups", sa.Column(name, sa.String(length)))
    op.add_column("outbox", sa.Column("addressee", sa.String(32)))
