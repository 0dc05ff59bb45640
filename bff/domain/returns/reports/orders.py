"""What happens to orders while they may be refunded: R10. The caller commits."""

from datetime import datetime

from bff.core.clock import rfc3339
from bff.core.report_errors import ImpossibleReportError, TooEarlyError
from bff.db.transaction import Tx
from bff.domain.orders.model import Order
from bff.domain.orders.store import lines_by_order, orders_by_id, update_order
from bff.domain.returns.model import CloseReason, ReturnKind
from bff.domain.returns.store import returns_of_lines
from bff.domain.returns.transitions.returns import close


async def shipped(tx: Tx, order_id: str, at: datetime) -> bool:
    """The goods leave: a refund that the merchant has not answered yet is off."""
    order = await _known(tx, order_id)
    if order.shipped_at:
        return False
    _check_moment(at, order.paid_at, tx.now)
    await update_order(tx, order_id, shipped_at=at)
    lines = (await lines_by_order(tx.connection, [order_id]))[order_id]
    for this_return in await returns_of_lines(tx, [line.id for line in lines]):
        if this_return.kind is ReturnKind.REFUND_ONLY and not this_return.ended:
            await close(tx, this_return, CloseReason.GOODS_SHIPPED)
    return True


async def received(tx: Tx, order_id: str, at: datetime) -> bool:
    """签收: the 7 days begin."""
    order = await _known(tx, order_id)
    if order.received_at:
        return False
    if order.shipped_at is None:
        raise TooEarlyError("order.shipped")
    _check_moment(at, order.shipped_at, tx.now)
    await update_order(tx, order_id, received_at=at)
    return True


async def _known(tx: Tx, order_id: str) -> Order:
    order = (await orders_by_id(tx.connection, [order_id])).get(order_id)
    if order is None:
        raise TooEarlyError("order.paid")
    return order


def _check_moment(at: datetime, earliest: datetime, now: datetime) -> None:
    if not earliest <= at <= now:
        raise ImpossibleReportError(f"at: from {rfc3339(earliest)} to {rfc3339(now)}")
