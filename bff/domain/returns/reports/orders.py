"""What happens to orders while they may be refunded: R10. The caller commits."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from bff.core.report_errors import ImpossibleReportError, TooEarlyError
from bff.core.validation import FieldError
from bff.db.lookups import owner_of_order
from bff.db.transaction import Tx
from bff.domain.orders.milestones import (
    Milestones,
    closed_expectation,
    contradictions,
    merge,
)
from bff.domain.orders.model import Order, OrderStatus
from bff.domain.orders.store import lines_by_order, orders_by_id, update_order
from bff.domain.returns.model import CloseReason, Return, ReturnKind, ReturnStatus
from bff.domain.returns.store import returns_of_lines
from bff.domain.returns.transitions.returns import STOP_SHIPPING, close
from bff.jobs import outbox


async def shipped(tx: Tx, order_id: str, at: datetime, *, exact: bool = True) -> bool:
    """`exact` False: of a shipping that is known already, `at` says nothing new."""
    order = await _known_order(tx, order_id)
    if order.shipped_at and not exact:
        return False
    if order.status is OrderStatus.CLOSED:
        expected = FieldError("at", closed_expectation(order))
        raise ImpossibleReportError(str(expected), partial(_stop_shipping, order))
    return await _take(tx, order, Milestones(shipped_at=at))


async def _stop_shipping(order: Order, tx: Tx) -> None:
    """The merchant is called again: the goods of a refunded order seem to leave."""
    for this_return in await _refunds(tx, order):
        if this_return.status is ReturnStatus.SUCCEEDED:
            await outbox.post(tx, this_return.shopper_id, STOP_SHIPPING, this_return.id)


async def received(tx: Tx, order_id: str, at: datetime, *, exact: bool = True) -> bool:
    """签收: the 7 days begin. The goods were shipped, whoever reported it or did not (P1)."""
    order = await _known_order(tx, order_id)
    if order.received_at and not exact:
        return False
    return await _take(tx, order, Milestones(received_at=at))


async def reach(tx: Tx, order: Order, reported: Milestones) -> bool:
    """Whether anything of `reported`, which has no `contradictions`, was not known yet.

    Goods that leave end a refund that the merchant has not answered.
    """
    merged = merge(order, reported)
    if merged == Milestones(order.shipped_at, order.received_at):
        return False
    await update_order(tx, order, shipped_at=merged.shipped_at, received_at=merged.received_at)
    if order.shipped_at is None:
        await _close_refunds(tx, order)
    return True


async def _close_refunds(tx: Tx, order: Order) -> None:
    for this_return in await _refunds(tx, order):
        if not this_return.ended:
            await close(tx, this_return, CloseReason.GOODS_SHIPPED)


async def _refunds(tx: Tx, order: Order) -> list[Return]:
    """Those without goods."""
    lines = (await lines_by_order(tx.connection, order.shopper_id, [order.id]))[order.id]
    known = await returns_of_lines(tx, order.shopper_id, [line.id for line in lines])
    return [one for one in known if one.kind is ReturnKind.REFUND_ONLY]


async def _take(tx: Tx, order: Order, reported: Milestones) -> bool:
    check_possible(FieldError("at", one.expected) for one in contradictions(order, reported))
    return await reach(tx, order, reported)


async def _known_order(tx: Tx, order_id: str) -> Order:
    owner = await owner_of_order(tx.connection, order_id)
    if owner is None:
        raise TooEarlyError("order.paid")
    return (await orders_by_id(tx.connection, owner, [order_id]))[order_id]


def check_possible(errors: Iterable[FieldError]) -> None:
    """Raises ImpossibleReportError where there is any."""
    if every := list(errors):
        raise ImpossibleReportError("; ".join(map(str, every)))
