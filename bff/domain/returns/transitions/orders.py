"""An order of which nothing is left. The caller commits."""

from functools import partial

from bff.db.transaction import Tx
from bff.domain.orders.store import lines_by_order, orders_by_id, update_order
from bff.domain.returns.store import returns_of_lines


def close_if_refunded(tx: Tx, shopper_id: str, order_id: str) -> None:
    """At the end of this write, which may refund more of it; only before it is shipped."""
    tx.at_end(f"refunded {order_id}", partial(_close_if_refunded, tx, shopper_id, order_id))


async def _close_if_refunded(tx: Tx, shopper_id: str, order_id: str) -> None:
    order = (await orders_by_id(tx.connection, shopper_id, [order_id]))[order_id]
    lines = (await lines_by_order(tx.connection, shopper_id, [order_id]))[order_id]
    if order.shipped_at or order.refunded_at or any(line.left for line in lines):
        return
    known = await returns_of_lines(tx, shopper_id, [line.id for line in lines])
    if all(this_return.ended for this_return in known):
        await update_order(tx, order, refunded_at=tx.now)
