"""What is advanced of each order and not settled yet, and when all of one was refunded."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

LINE_ID = "'oli_' || substr(order_lines.order_id, 5) || '-' || order_lines.line_no"


def upgrade() -> None:
    advanced = sa.Column(
        "advanced_minor",
        sa.BigInteger().with_variant(sa.Integer, "sqlite"),
        nullable=False,
        server_default="0",
    )
    op.add_column("orders", advanced)
    op.add_column("orders", sa.Column("refunded_at", sa.String(32)))
    op.create_index(
        "ix_orders_refunded_at",
        "orders",
        ["refunded_at"],
        sqlite_where=sa.text("refunded_at IS NOT NULL"),
        postgresql_where=sa.text("refunded_at IS NOT NULL"),
    )
    op.execute(
        "UPDATE orders SET advanced_minor = (SELECT coalesce(sum(refunds.amount_minor), 0) "  # noqa: S608
        f"FROM order_lines JOIN returns ON returns.order_line_id = {LINE_ID} "
        "JOIN refunds ON refunds.return_id = returns.id WHERE order_lines.order_id = orders.id "
        "AND (refunds.advance IN ('APPLYING', 'ADVANCED', 'MERCHANT_REFUSED_GOODS') OR "
        "(refunds.advance = 'NONE' AND returns.advance_at_waybill "
        "AND returns.ended_at IS NULL)))"
    )
    op.execute(
        "UPDATE orders SET refunded_at = (SELECT max(returns.ended_at) "  # noqa: S608
        f"FROM order_lines JOIN returns ON returns.order_line_id = {LINE_ID} "
        "WHERE order_lines.order_id = orders.id AND returns.kind = 'REFUND_ONLY' "
        "AND returns.status = 'SUCCEEDED') "
        "WHERE shipped_at IS NULL AND NOT EXISTS (SELECT 1 FROM order_lines "
        "WHERE order_lines.order_id = orders.id AND held_quantity < quantity) "
        "AND NOT EXISTS (SELECT 1 FROM order_lines "
        f"JOIN returns ON returns.order_line_id = {LINE_ID} "
        "WHERE order_lines.order_id = orders.id AND returns.ended_at IS NULL)"
    )
