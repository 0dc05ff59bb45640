"""The shopper sends the goods back. The caller commits."""

from msgspec.structs import replace

from bff.db.transaction import Tx
from bff.domain.pickups.model import CancelReason, Pickup, PickupStatus
from bff.domain.pickups.refusals import PickupFeeUnpaid
from bff.domain.policy.store import policy_version
from bff.domain.returns.authorization import own_case
from bff.domain.returns.model import Case, ReturnStatus, WaybillSource
from bff.domain.returns.refusals import ReturnNotAwaitingShipment
from bff.domain.returns.rules.waybill import waybill_of
from bff.domain.returns.transitions import pickups
from bff.domain.returns.transitions.shipments import check_unused, ship_back


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
    if case.pickup:
        case = await _settle_pickup(tx, case, case.pickup)
    await ship_back(tx, case, waybill, WaybillSource.SHOPPER)


async def _settle_pickup(tx: Tx, case: Case, pickup: Pickup) -> Case:
    """A courier who has not come need not come; one who has the goods is to be paid first."""
    if pickup.waits:
        return await pickups.call_off(tx, case, pickup, CancelReason.SHIPPED_OTHERWISE)
    if pickup.status is not PickupStatus.COLLECTED:
        return case
    if pickup.shopper_owes and not case.fee_overdue:
        raise PickupFeeUnpaid(pickup.id, pickup.shopper_pays)
    return replace(case, pickup=await pickups.fix_fee(tx, case.this_return, pickup, None))
