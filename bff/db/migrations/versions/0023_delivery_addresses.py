"""An order keeps where it was delivered; a shopper's book of addresses has a default, and forgets
addresses without losing them.

Where a shopper's orders have named one address alone, all were delivered there; of the other
orders it is not known.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

# Those that came with an order have an id made of their content: "adr_" and 24 digits.
NAMED = "FROM addresses WHERE owner_id = orders.shopper_id AND length(id) = 28"


def upgrade() -> None:
    op.add_column("orders", sa.Column("ship_to_address_id", sa.String(80), nullable=True))
    op.execute(
        f"UPDATE orders SET ship_to_address_id = (SELECT min(id) {NAMED}) "  # noqa: S608
        f"WHERE (SELECT count(*) {NAMED}) = 1"
    )
    is_default = sa.Column("is_default", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("addresses", is_default)
    op.add_column("addresses", sa.Column("removed_at", sa.String(32), nullable=True))
    op.create_index(
        "uq_addresses_default",
        "addresses",
        ["owner_id"],
        unique=True,
        sqlite_where=sa.text("is_default"),
        postgresql_where=sa.text("is_default"),
    )
