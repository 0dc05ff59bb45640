"""What must hold of the database after every test, whatever happened in it."""

from sqlalchemy import String, cast, func, literal, select

from bff.db.database import Database
from bff.db.tables import ledger_entries, order_lines, orders, refunds, returns, slots
from bff.refunds.model import Posting


async def check_books(db: Database) -> None:
    await _ledger_sums_to_zero(db)
    await _one_advance_a_return(db)
    await _refunded_never_more_than_paid(db)
    await _slots_never_negative(db)


async def _ledger_sums_to_zero(db: Database) -> None:
    entry = ledger_entries.c
    for by in ((entry.currency,), (entry.refund_id, entry.posting)):
        sums = select(*by, func.sum(entry.amount_minor).label("sum")).group_by(*by)
        async with db.read() as connection:
            rows = (await connection.execute(sums)).all()
        assert all(row.sum == 0 for row in rows), rows


async def _one_advance_a_return(db: Database) -> None:
    to_shopper = (Posting.ADVANCE, Posting.MERCHANT_REFUND)
    entry = ledger_entries.c
    paid = (
        select(refunds.c.return_id, func.count().label("times"), func.sum(entry.amount_minor))
        .join(refunds, refunds.c.id == entry.refund_id)
        .where(entry.posting.in_(to_shopper), entry.account.startswith("shopper:"))
        .group_by(refunds.c.return_id)
    )
    async with db.read() as connection:
        rows = (await connection.execute(paid)).all()
    assert all(row.times == 1 for row in rows), rows


async def _refunded_never_more_than_paid(db: Database) -> None:
    number = func.substr(order_lines.c.order_id, 5) + "-" + cast(order_lines.c.line_no, String)
    line_id = literal("oli_") + number
    held = (
        select(
            order_lines.c.paid_minor,
            order_lines.c.quantity,
            func.sum(refunds.c.amount_minor).label("refunded"),
            func.sum(returns.c.quantity).label("pieces"),
        )
        .join(orders, orders.c.id == order_lines.c.order_id)
        .join(returns, returns.c.order_line_id == line_id)
        .join(refunds, refunds.c.return_id == returns.c.id)
        .where(returns.c.status != "CLOSED")
        .group_by(order_lines.c.order_id, order_lines.c.line_no)
    )
    async with db.read() as connection:
        rows = (await connection.execute(held)).all()
    for row in rows:
        assert row.pieces <= row.quantity, row
        assert row.refunded <= row.paid_minor, row
        assert row.pieces < row.quantity or row.refunded == row.paid_minor, row


async def _slots_never_negative(db: Database) -> None:
    async with db.read() as connection:
        rows = (await connection.execute(select(slots))).all()
    assert all(0 <= row.remaining <= row.capacity for row in rows), rows
