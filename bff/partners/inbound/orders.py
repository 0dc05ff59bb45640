"""What the shop's own system reports of orders. The caller commits."""

from datetime import datetime

from bff.core.clock import rfc3339
from bff.core.report_errors import ImpossibleReportError, TooEarlyError
from bff.db.transaction import Tx
from bff.domain.orders.intake import StoredOrders, add_orders, contradiction, stored_orders
from bff.domain.orders.model import order_id, shopper_id
from bff.domain.orders.parties import keep_named_merchants, keep_shoppers
from bff.domain.orders.validation import order_errors
from bff.domain.policy.model import in_force
from bff.domain.policy.store import all_policies
from bff.domain.returns.reports import orders as order_reports
from bff.domain.stars.service import rate_shoppers
from bff.partners.inbound.payloads import OrderMoved, PaidOrder


async def paid(tx: Tx, data: PaidOrder, _at: datetime) -> bool:
    """An order as `bff import` takes it, under the policy in force when it was paid."""
    for moment in (data.paid_at, data.shipped_at, data.delivered_at):
        _check_past(tx, moment)
    stored = await stored_orders(tx, [data])
    record = _with_later_moments(data, stored)
    errors = list(order_errors(record))
    if not errors and (error := contradiction(record, stored)):
        errors = [error]
    if errors:
        raise ImpossibleReportError("; ".join(map(str, errors)))
    if stored:
        return False
    versions = await all_policies(tx.connection)
    await keep_named_merchants(tx, [record])
    await keep_shoppers(tx, [record])
    await add_orders(tx, [record], versions)
    await rate_shoppers(tx, [shopper_id(record.shopper_no)], in_force(versions, tx.now))
    return True


def _with_later_moments(record: PaidOrder, stored: StoredOrders) -> PaidOrder:
    """Reported again after the goods went on, the order has not changed."""
    if not stored:
        return record
    [(order, _)] = stored.values()
    moments = {
        "shipped_at": record.shipped_at or order.shipped_at,
        "delivered_at": record.delivered_at or order.received_at,
    }
    return record.model_copy(update=moments)


async def shipped(tx: Tx, data: OrderMoved, at: datetime) -> bool:
    _check_past(tx, data.at)
    return await order_reports.shipped(tx, order_id(data.order_number), data.at or at)


async def received(tx: Tx, data: OrderMoved, at: datetime) -> bool:
    _check_past(tx, data.at)
    return await order_reports.received(tx, order_id(data.order_number), data.at or at)


def _check_past(tx: Tx, moment: datetime | None) -> None:
    """A partner's clock may be a little fast: that makes sense soon."""
    if moment and moment > tx.now:
        raise TooEarlyError(f"{rfc3339(moment)}, which is still to come")
