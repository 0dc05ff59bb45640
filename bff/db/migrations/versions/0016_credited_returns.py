"""What a credit note says of a return that was made here is held once, and holds have bounds."""

from collections import defaultdict

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

LINE_ID = "'oli_' || substr(order_lines.order_id, 5) || '-' || order_lines.line_no"
OF_BOTH = (
    "SELECT returns.order_line_id FROM returns JOIN credit_notes "
    "ON credit_notes.order_line_id = returns.order_line_id WHERE returns.status != 'CLOSED'"
)
CREDITS = (
    "SELECT number, sku, entry, order_line_id, quantity, refunded_minor, returned_at "  # noqa: S608
    f"FROM credit_notes WHERE order_line_id IN ({OF_BOTH}) "
    "ORDER BY returned_at, number, sku, entry"
)
RETURNS = (
    "SELECT id, order_line_id, quantity, opened_at FROM returns "  # noqa: S608
    f"WHERE status != 'CLOSED' AND order_line_id IN ({OF_BOTH}) ORDER BY opened_at, id"
)
SHARED = (
    "SELECT coalesce(sum(credited_returns.{}), 0) FROM credited_returns JOIN returns "  # noqa: S608
    f"ON returns.id = credited_returns.return_id WHERE returns.order_line_id = {LINE_ID}"
)


def upgrade() -> None:
    credited_returns = op.create_table(
        "credited_returns",
        sa.Column("number", sa.String(64), nullable=False),
        sa.Column("sku", sa.String(64), nullable=False),
        sa.Column("entry", sa.Integer, nullable=False),
        sa.Column("return_id", sa.String(80), nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("refunded_minor", sa.Integer, nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_credited_returns_quantity")),
        sa.CheckConstraint("refunded_minor >= 0", name=op.f("ck_credited_returns_refunded_minor")),
        sa.ForeignKeyConstraint(
            ["number", "sku", "entry"],
            ["credit_notes.number", "credit_notes.sku", "credit_notes.entry"],
            name=op.f("fk_credited_returns_number_sku_entry"),
        ),
        sa.ForeignKeyConstraint(
            ["return_id"], ["returns.id"], name=op.f("fk_credited_returns_return_id")
        ),
        sa.PrimaryKeyConstraint(
            "number", "sku", "entry", "return_id", name=op.f("pk_credited_returns")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_credited_returns_return_id"), "credited_returns", ["return_id"])
    if shared := _shared():
        op.bulk_insert(credited_returns, shared)
    _hold_once()
    _check_holds()


def _shared() -> list[dict[str, object]]:
    """A credit note of the same line that came after a return was opened here is of that return."""
    connection = op.get_bind()
    returns = defaultdict(list)
    for row in connection.execute(sa.text(RETURNS)).mappings():
        returns[row["order_line_id"]].append(dict(row))
    shared = []
    for credit in connection.execute(sa.text(CREDITS)).mappings():
        quantity, minor = credit["quantity"], credit["refunded_minor"]
        for each in returns[credit["order_line_id"]]:
            pieces = min(quantity, each["quantity"])
            if pieces and each["opened_at"] <= credit["returned_at"]:
                share = minor * pieces // quantity
                key = {name: credit[name] for name in ("number", "sku", "entry")}
                amounts = {"quantity": pieces, "refunded_minor": share}
                shared.append({**key, "return_id": each["id"], **amounts})
                each["quantity"] -= pieces
                quantity, minor = quantity - pieces, minor - share
    return shared


def _hold_once() -> None:
    op.execute(
        "UPDATE order_lines SET "  # noqa: S608
        f"held_quantity = held_quantity - ({SHARED.format('quantity')}), "
        f"held_minor = held_minor - ({SHARED.format('refunded_minor')}) "
        f"WHERE {LINE_ID} IN (SELECT returns.order_line_id FROM returns JOIN credited_returns "
        "ON credited_returns.return_id = returns.id)"
    )
    op.execute("UPDATE order_lines SET held_quantity = 0 WHERE held_quantity < 0")
    op.execute("UPDATE order_lines SET held_quantity = quantity WHERE held_quantity > quantity")
    op.execute("UPDATE order_lines SET held_minor = 0 WHERE held_minor < 0")


def _check_holds() -> None:
    """SQLite makes the table anew."""
    options = {"sqlite_with_rowid": False}
    with op.batch_alter_table("order_lines", table_kwargs=options) as table:
        table.create_check_constraint(
            op.f("ck_order_lines_held_quantity"), "held_quantity BETWEEN 0 AND quantity"
        )
        table.create_check_constraint(op.f("ck_order_lines_held_minor"), "held_minor >= 0")
