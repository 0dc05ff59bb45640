"""What a shopper does about the pickup of a return. The caller commits."""

from msgspec.structs import replace

from bff.db.database import Tx
from bff.domain.pickups import bookings as booking
from bff.domain.pickups import fees, service
from bff.domain.pickups.bookings import PickupWish
from bff.domain.pickups.model import CancelReason, Pickup, PickupQuote, PickupStatus
from bff.domain.pickups.refusals import PickupBookedAlready, PickupNotOffered
from bff.domain.policy.model import DOOR_PICKUP, Policy
from bff.domain.policy.store import policy_version
from bff.domain.returns.authorization import own_case, own_pickup
from bff.domain.returns.events import announce, announce_case, changed
from bff.domain.returns.model import Case, RefundEvent, ReturnStatus
from bff.domain.returns.refusals import ReturnNotAwaitingShipment
from bff.domain.returns.rules.returnability import Subject, pickup_terms
from bff.domain.returns.rules.subject import subject_opened
from bff.domain.returns.store import case_of, returns_by_id


def quote_for(subject: Subject) -> PickupQuote:
    """Raises PickupNotOffered."""
    quote = pickup_terms(subject)
    if quote is None:
        raise PickupNotOffered(subject.level, subject.policy.unlocked_at(DOOR_PICKUP))
    return quote


async def book_pickup(tx: Tx, shopper_id: str, return_id: str, wish: PickupWish) -> Pickup:
    """Raises NotFound, ReturnNotAwaitingShipment, PickupBookedAlready, or as `booking.book`."""
    case = await own_case(tx, shopper_id, return_id)
    this_return, known = case.this_return, case.pickup
    if this_return.status is not ReturnStatus.AWAITING_RETURN_SHIPMENT:
        raise ReturnNotAwaitingShipment(this_return.status)
    if known and known.status is not PickupStatus.CANCELLED:
        raise PickupBookedAlready(known.id)
    subject = await subject_opened(tx, this_return)
    return await book_for(tx, case, wish, quote_for(subject), subject.policy)


async def book_for(
    tx: Tx,
    case: Case,
    wish: PickupWish,
    quote: PickupQuote,
    policy: Policy,
) -> Pickup:
    shopper, return_id = case.this_return.shopper_id, case.this_return.id
    pickup = await booking.book(tx, shopper, return_id, wish, quote, policy.pickup)
    await announce_case(tx, replace(case, pickup=pickup), RefundEvent.PICKUP_BOOKED)
    return pickup


async def reschedule_pickup(
    tx: Tx, shopper_id: str, pickup_id: str, slot_key: str | None
) -> Pickup:
    """Raises NotFound, or as `booking.reschedule`: the old slot is kept then."""
    pickup = await own_pickup(tx, shopper_id, pickup_id)
    policy = await _policy(tx, pickup)
    await booking.reschedule(tx, pickup, slot_key, policy.pickup)
    await announce(tx, pickup.return_id, RefundEvent.PICKUP_RESCHEDULED)
    return pickup


async def _policy(tx: Tx, pickup: Pickup) -> Policy:
    this_return = (await returns_by_id(tx.connection, [pickup.return_id]))[pickup.return_id]
    return await policy_version(tx, this_return.policy_version)


async def cancel_pickup(tx: Tx, shopper_id: str, pickup_id: str) -> Pickup:
    """Raises NotFound, or PickupNotCancellable once collected or cancelled."""
    pickup = await own_pickup(tx, shopper_id, pickup_id)
    await call_off(tx, await case_of(tx, pickup.return_id), pickup, CancelReason.SHOPPER)
    return pickup


async def call_off(tx: Tx, case: Case, pickup: Pickup, why: CancelReason) -> Case:
    """The courier need not come. Raises PickupNotCancellable once collected or cancelled."""
    cancelled = await service.cancel(tx, pickup, why)
    case = replace(case, pickup=cancelled)
    await announce_case(tx, case, RefundEvent.PICKUP_CANCELLED)
    return case


async def pay_fee(tx: Tx, shopper_id: str, pickup_id: str) -> Pickup:
    """Ask the payment service for the shopper's part of the fee (R11).

    Raises NotFound, PickupFeeNotDue or PickupFeePaymentUnderWay.
    """
    pickup = await own_pickup(tx, shopper_id, pickup_id)
    await fees.ask_to_pay(tx, pickup, shopper_id)
    changed(tx, pickup.return_id)
    return pickup
