"""A waybill number is looked for whichever company it is said to be of."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index(op.f("ix_returns_courier_company_waybill_number"), "returns")
    has_waybill = sa.text("waybill_number IS NOT NULL")
    op.create_index(
        op.f("ix_returns_waybill_number"),
        "returns",
        ["waybill_number"],
        sqlite_where=has_waybill,
        postgresql_where=has_waybill,
    )
