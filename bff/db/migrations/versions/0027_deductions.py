"""Deductions of goods that a merchant accepts in part; of older returns there are none."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

MINOR = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    deductions = sa.Column("deductions", sa.JSON, nullable=False, server_default="[]")
    op.add_column("returns", deductions)
    with op.batch_alter_table("refunds") as table:
        deducted = sa.Column("deducted_minor", MINOR, nullable=False, server_default="0")
        table.add_column(deducted)
        table.create_check_constraint(op.f("ck_refunds_deducted_minor"), "deducted_minor >= 0")
