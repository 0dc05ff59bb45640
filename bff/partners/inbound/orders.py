"""What the shop's own system tells of orders. The caller commits."""

from datetime import datetime

from bff.core.report_errors import ImpossibleReportError, TooEarlyError
from bff.db.database import Tx
from bff.domain.orders.store import orders_by_id
from bff.domain.returns.reports import orders as ordering
from bff.importer.checks import Batch, problems
from bff.importer.errors import BadLinesError, refuse
from bff.importer.load import Rules, load
from bff.importer.reader import Placed, Quiet
from bff.importer.records import OrderRecord
from bff.importer.rows import order_id
from bff.partners.inbound.payloads import OrderMoved, PaidOrder


async def paid(tx: Tx, data: PaidOrder) -> bool:
    """An order as `bff import` takes it, under the policy in force when it was paid."""
    for moment in (data.paid_at, data.shipped_at, data.delivered_at):
        _check_past(tx, moment)
    record: OrderRecord = await _as_known(tx, data)
    batch = Batch(orders=[Placed("order.paid", 1, record)])
    try:
        refuse(problems(batch))
        done = await load(tx, batch, Rules(packaged=()), Quiet())
    except BadLinesError as error:
        told = "; ".join(f"{bad.field}: expected {bad.expected}" for bad in error.bad)
        raise ImpossibleReportError(told) from error
    return done.orders > 0


async def _as_known(tx: Tx, data: PaidOrder) -> PaidOrder:
    """Told again after the goods went on, the order has not changed."""
    key = order_id(data.order_no)
    order = (await orders_by_id(tx.connection, [key])).get(key)
    if order is None:
        return data
    moments = {
        "shipped_at": data.shipped_at or order.shipped_at,
        "delivered_at": data.delivered_at or order.received_at,
    }
    return data.model_copy(update=moments)


async def shipped(tx: Tx, data: OrderMoved) -> bool:
    _check_past(tx, data.at)
    return await ordering.shipped(tx, order_id(data.order_number), data.at)


async def received(tx: Tx, data: OrderMoved) -> bool:
    _check_past(tx, data.at)
    return await ordering.received(tx, order_id(data.order_number), data.at)


def _check_past(tx: Tx, moment: datetime | None) -> None:
    """A partner's clock may be a little fast: that makes sense soon."""
    if moment and moment > tx.now:
        raise TooEarlyError(f"{moment.isoformat()}, which is still to come")
