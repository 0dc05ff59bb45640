"""Amounts have 64 bits. All integers of SQLite have: nothing changes there."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

AMOUNTS = {
    "order_lines": ("unit_price_minor", "paid_minor", "held_minor"),
    "credit_notes": ("refunded_minor",),
    "refunds": ("amount_minor",),
    "pickups": ("fee_minor", "shopper_pays_minor"),
    "payments": ("amount_minor",),
    "ledger_entries": ("amount_minor",),
}


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    for table, names in AMOUNTS.items():
        for name in names:
            op.alter_column(table, name, existing_type=sa.Integer(), type_=sa.BigInteger())
