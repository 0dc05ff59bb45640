"""A line knows its currency, and what returns and credit notes hold of it."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

LINE_ID = "'oli_' || substr(order_lines.order_id, 5) || '-' || order_lines.line_no"
TAKEN = (
    "SELECT returns.quantity AS quantity, refunds.amount_minor AS minor "  # noqa: S608
    "FROM returns JOIN refunds ON refunds.return_id = returns.id "
    f"WHERE returns.order_line_id = {LINE_ID} AND returns.status != 'CLOSED' "
    "UNION ALL SELECT quantity, refunded_minor FROM credit_notes "
    f"WHERE credit_notes.order_line_id = {LINE_ID}"
)


def upgrade() -> None:
    currency = sa.Column("currency", sa.String(3), nullable=False, server_default="")
    op.add_column("order_lines", currency)
    for name in ("held_quantity", "held_minor"):
        column = sa.Column(name, sa.Integer, nullable=False, server_default="0")
        op.add_column("order_lines", column)
    op.execute(
        "UPDATE order_lines SET "  # noqa: S608
        "currency = (SELECT currency FROM orders WHERE orders.id = order_lines.order_id), "
        f"held_quantity = (SELECT coalesce(sum(quantity), 0) FROM ({TAKEN}) AS taken), "
        f"held_minor = (SELECT coalesce(sum(minor), 0) FROM ({TAKEN}) AS taken)"
    )
