"""The shopper sends the goods back. The caller commits."""

from datetime import datetime, timedelta

from bff.db.transaction import Tx
from bff.domain.pickups.model import CancelReason, Pickup, PickupStatus
from bff.domain.pickups.refusals import PickupFeeUnpaid
from bff.domain.policy.model import Policy
from bff.domain.policy.store import policy_version
from bff.domain.returns.authorization import own_case
from bff.domain.returns.events import announce_return
from bff.domain.returns.model import (
    NUMBERED,
    Case,
    CloseReason,
    Return,
    ReturnStatus,
    Waybill,
    WaybillSource,
)
from bff.domain.returns.refund_event import RefundEvent
from bff.domain.returns.refusals import ParcelReceived, ReturnNotAwaitingShipment
from bff.domain.returns.rules.waybill import waybill_of
from bff.domain.returns.store import get_case
from bff.domain.returns.transitions import pickups
from bff.domain.returns.transitions.arrivals import reopen
from bff.domain.returns.transitions.shipments import (
    check_unused,
    correct_parcel,
    correct_waybill,
    entry_of,
    ship_back,
    ship_parcel,
)


async def submit_waybill(
    tx: Tx, shopper_id: str, return_id: str, company: str, number: str
) -> None:
    """The shopper has sent the goods: the refund is advanced, where it is to be (R8).

    While they are on their way, another number corrects the former one, whoever entered it; one
    that comes after the return was closed for want of it opens it again. Raises NotFound,
    ReturnNotAwaitingShipment, InvalidInput for a company or number that cannot be, WaybillUsed for
    one under which other goods travel, PickupFeeUnpaid, ParcelReceived.
    """
    case = await own_case(tx, shopper_id, return_id)
    this_return = case.this_return
    policy = await policy_version(tx, this_return.policy_version)
    late = _is_late(this_return, policy, tx.now)
    if this_return.status not in NUMBERED and not late:
        raise ReturnNotAwaitingShipment(this_return.status)
    waybill = waybill_of(policy, company, number)
    if this_return.status is ReturnStatus.AWAITING_MERCHANT_RECEIPT:
        await _correct(tx, case, waybill)
        return
    await check_unused(tx, this_return, waybill)
    if late:
        await _reopen(tx, this_return, waybill)
        return
    pickup = case.pickup
    if pickup and pickup.status is PickupStatus.COLLECTED:
        await _check_fee_paid(tx, pickup)
        pickup = await pickups.fix_fee(tx, this_return, pickup, None)
        await ship_parcel(tx, pickup, waybill, WaybillSource.SHOPPER, tx.now)
        return
    if pickup and pickup.waits:
        case = await pickups.leave(tx, case, pickup, CancelReason.SHIPPED_OTHERWISE)
    await ship_back(tx, case, waybill, WaybillSource.SHOPPER, tx.now)


def _is_late(this_return: Return, policy: Policy, now: datetime) -> bool:
    """Closed for want of a number, and not for longer than the goods had for their way to it."""
    unsent, ended_at = CloseReason.NOT_SHIPPED_BACK, this_return.ended_at
    days = timedelta(days=policy.returning.ship_back_days)
    return this_return.close_reason is unsent and ended_at is not None and now < ended_at + days


async def _reopen(tx: Tx, this_return: Return, waybill: Waybill) -> None:
    """Sent late is sent: nobody loses goods and money. Raises ReturnNotAwaitingShipment where
    another return has taken the pieces meanwhile.
    """
    entry = entry_of(waybill, WaybillSource.SHOPPER, tx.now)
    if not await reopen(tx, this_return, tx.now, **entry):
        raise ReturnNotAwaitingShipment(this_return.status)
    await announce_return(tx, this_return.shopper_id, this_return.id, RefundEvent.WAYBILL_SUBMITTED)


async def _correct(tx: Tx, case: Case, waybill: Waybill) -> None:
    """The same number again changes nothing."""
    this_return, pickup = case.this_return, case.pickup
    if this_return.waybill == waybill:
        return
    if this_return.goods_received_at and not this_return.takes_waybill:
        raise ParcelReceived(this_return.goods_received_at)
    await check_unused(tx, this_return, waybill)
    if pickup and pickup.status is PickupStatus.COLLECTED:
        await correct_parcel(tx, pickup, waybill, WaybillSource.SHOPPER, tx.now)
    else:
        await correct_waybill(tx, case, waybill, WaybillSource.SHOPPER, tx.now)


async def _check_fee_paid(tx: Tx, pickup: Pickup) -> None:
    """The courier who has the goods is to be paid first, until it is too late for that."""
    if pickup.shopper_owes:
        booked_first = await get_case(tx, pickup.shopper_id, pickup.return_id)
        if not booked_first.fee_overdue:
            raise PickupFeeUnpaid(pickup.id, pickup.shopper_pays)
