"""What a shopper does about the pickup of a return. The caller commits."""

from msgspec.structs import replace

from bff.db.transaction import Tx
from bff.domain.pickups import bookings, fees
from bff.domain.pickups.bookings import PickupRequest
from bff.domain.pickups.model import CancelReason, Pickup, PickupStatus
from bff.domain.pickups.refusals import PickupBookedAlready
from bff.domain.policy.store import policy_version
from bff.domain.returns.authorization import own_case, own_pickup
from bff.domain.returns.events import announce_parcel, sync_pickup_timers
from bff.domain.returns.model import ReturnStatus
from bff.domain.returns.refund_event import RefundEvent
from bff.domain.returns.refusals import ReturnNotAwaitingShipment
from bff.domain.returns.rules.returnability import offered_pickup
from bff.domain.returns.subjects import subject_opened
from bff.domain.returns.transitions import pickups


async def book_pickup(tx: Tx, shopper_id: str, return_id: str, request: PickupRequest) -> Pickup:
    """Raises NotFound, ReturnNotAwaitingShipment, PickupBookedAlready, or as `bookings.book`."""
    case = await own_case(tx, shopper_id, return_id)
    this_return, earlier = case.this_return, case.pickup
    if this_return.status is not ReturnStatus.AWAITING_RETURN_SHIPMENT:
        raise ReturnNotAwaitingShipment(this_return.status)
    if earlier and earlier.status is not PickupStatus.CANCELLED:
        raise PickupBookedAlready(earlier.id)
    subject = await subject_opened(tx, this_return)
    return await pickups.book(tx, case, request, offered_pickup(subject), subject)


async def reschedule_pickup(
    tx: Tx, shopper_id: str, pickup_id: str, slot_key: str | None
) -> Pickup:
    """Raises NotFound, or as `bookings.reschedule`: the old slot is kept then."""
    pickup, case = await own_pickup(tx, shopper_id, pickup_id)
    policy = await policy_version(tx, case.this_return.policy_version)
    moved = await bookings.reschedule(tx, pickup, slot_key, policy.pickup)
    await announce_parcel(tx, replace(case, pickup=moved), RefundEvent.PICKUP_RESCHEDULED)
    return moved


async def cancel_pickup(tx: Tx, shopper_id: str, pickup_id: str) -> Pickup:
    """Raises NotFound, or PickupNotCancellable once collected or cancelled."""
    pickup, case = await own_pickup(tx, shopper_id, pickup_id)
    await pickups.call_off(tx, case, pickup, CancelReason.SHOPPER)
    return pickup


async def pay_fee(tx: Tx, shopper_id: str, pickup_id: str) -> Pickup:
    """Ask the payment service for the shopper's part of the fee (R11).

    Raises NotFound, PickupFeeNotDue or PickupFeePaymentUnderWay.
    """
    pickup, _ = await own_pickup(tx, shopper_id, pickup_id)
    await fees.request_fee(tx, pickup)
    await sync_pickup_timers(tx, pickup)
    return pickup
