"""What the shop's own system reports of orders. The caller commits."""

from datetime import datetime

from bff.core.clock import rfc3339
from bff.core.report_errors import ErasedPersonError, TooEarlyError
from bff.core.signatures import TOLERANCE
from bff.db.locks import lock
from bff.db.transaction import Tx
from bff.domain.orders.intake import milestones_of, order_differences, stored_orders
from bff.domain.orders.model import order_id, shopper_id
from bff.domain.orders.parties import fill_ship_to, find_erased
from bff.domain.orders.validation import erased_error, future_errors, order_errors
from bff.domain.policy.model import in_force
from bff.domain.policy.store import all_policies
from bff.domain.returns.reports import orders as order_reports
from bff.domain.stars.purchases import keep_orders
from bff.partners.inbound.payloads import OrderMoved, PaidOrder


async def paid(tx: Tx, data: PaidOrder, _at: datetime) -> bool:
    """An order as `bff import` takes it, under the policy in force when it was paid."""
    if await find_erased(tx, [shopper_id(data.shopper_no)]):
        raise ErasedPersonError(str(erased_error(data.shopper_no)))
    order_reports.check_possible([*order_errors(data), *future_errors(data, tx.now + TOLERANCE)])
    for moment in (data.paid_at, data.shipped_at, data.delivered_at):
        _check_past(tx, moment)
    await lock(tx, [shopper_id(data.shopper_no)])
    if stored := await stored_orders(tx, [data]):
        [(order, lines)] = stored.values()
        order_reports.check_possible(order_differences(data, order, lines))
        filled = await fill_ship_to(tx, order, data)
        return await order_reports.reach(tx, order, milestones_of(data)) or filled
    versions = await all_policies(tx.connection)
    await keep_orders(tx, [data], versions, in_force(versions, tx.now))
    return True


async def shipped(tx: Tx, data: OrderMoved, at: datetime) -> bool:
    _check_past(tx, data.at)
    exact = data.at is not None
    return await order_reports.shipped(tx, order_id(data.order_number), data.at or at, exact=exact)


async def received(tx: Tx, data: OrderMoved, at: datetime) -> bool:
    _check_past(tx, data.at)
    exact = data.at is not None
    return await order_reports.received(tx, order_id(data.order_number), data.at or at, exact=exact)


def _check_past(tx: Tx, moment: datetime | None) -> None:
    """A partner's clock may be a little fast: that makes sense soon."""
    if moment and moment > tx.now:
        raise TooEarlyError(f"{rfc3339(moment)}, which is still to come")
