"""The shopper sends the goods back. The caller commits."""

from bff.db.transaction import Tx
from bff.domain.pickups.model import CancelReason, Pickup, PickupStatus
from bff.domain.pickups.refusals import PickupFeeUnpaid
from bff.domain.policy.store import policy_version
from bff.domain.returns.authorization import own_case
from bff.domain.returns.model import ReturnStatus, WaybillSource
from bff.domain.returns.refusals import ReturnNotAwaitingShipment
from bff.domain.returns.rules.waybill import waybill_of
from bff.domain.returns.store import get_case
from bff.domain.returns.transitions import pickups
from bff.domain.returns.transitions.shipments import check_unused, ship_back, ship_parcel


async def submit_waybill(
    tx: Tx, shopper_id: str, return_id: str, company: str, number: str
) -> None:
    """The shopper has sent the goods: the refund is advanced, where it is to be (R8).

    Raises NotFound, ReturnNotAwaitingShipment, InvalidInput for a company or number that cannot
    be, WaybillUsed for one under which other goods travel, PickupFeeUnpaid.
    """
    case = await own_case(tx, shopper_id, return_id)
    this_return = case.this_return
    if this_return.status is not ReturnStatus.AWAITING_RETURN_SHIPMENT:
        raise ReturnNotAwaitingShipment(this_return.status)
    policy = await policy_version(tx, this_return.policy_version)
    waybill = waybill_of(policy, company, number)
    await check_unused(tx, this_return, waybill)
    pickup = case.pickup
    if pickup and pickup.status is PickupStatus.COLLECTED:
        await _check_fee_paid(tx, pickup)
        pickup = await pickups.fix_fee(tx, this_return, pickup, None)
        await ship_parcel(tx, pickup, waybill, WaybillSource.SHOPPER)
        return
    if pickup and pickup.waits:
        case = await pickups.leave(tx, case, pickup, CancelReason.SHIPPED_OTHERWISE)
    await ship_back(tx, case, waybill, WaybillSource.SHOPPER)


async def _check_fee_paid(tx: Tx, pickup: Pickup) -> None:
    """The courier who has the goods is to be paid first, until it is too late for that."""
    if pickup.shopper_owes:
        booked_first = await get_case(tx, pickup.return_id)
        if not booked_first.fee_overdue:
            raise PickupFeeUnpaid(pickup.id, pickup.shopper_pays)
