"""What a shopper does about the pickup of a return. The caller commits."""

from bff.db.database import Tx
from bff.pickups import booking, fees, service
from bff.pickups.booking import PickupWish
from bff.pickups.model import CancelReason, Pickup, PickupQuote, PickupStatus
from bff.pickups.refusals import PickupBookedAlready, PickupNotOffered
from bff.pickups.store import pickups_by_return
from bff.policy.model import DOOR_PICKUP, Policy
from bff.policy.store import PolicyBook
from bff.returns.model import RefundEvent, Return, ReturnStatus
from bff.returns.news import announce, changed
from bff.returns.owning import own_pickup, own_return
from bff.returns.refusals import ReturnNotAwaitingShipment
from bff.returns.rules import Subject, pickup_terms
from bff.returns.store import returns_by_id
from bff.returns.subject import subject_opened


def quote_for(subject: Subject) -> PickupQuote:
    """Raises PickupNotOffered."""
    quote = pickup_terms(subject)
    if quote is None:
        raise PickupNotOffered(subject.level, subject.policy.unlocked_at(DOOR_PICKUP))
    return quote


async def book_pickup(
    tx: Tx, book: PolicyBook, shopper_id: str, return_id: str, wish: PickupWish
) -> Pickup:
    """Raises NotFound, ReturnNotAwaitingShipment, PickupBookedAlready, or as `booking.book`."""
    this_return = await own_return(tx, shopper_id, return_id)
    if this_return.status is not ReturnStatus.AWAITING_RETURN_SHIPMENT:
        raise ReturnNotAwaitingShipment(this_return.status)
    if known := await _open_pickup(tx, return_id):
        raise PickupBookedAlready(known.id)
    subject = await subject_opened(tx.connection, book, this_return)
    return await book_for(tx, book, this_return, wish, quote_for(subject), subject.policy)


async def _open_pickup(tx: Tx, return_id: str) -> Pickup | None:
    known = (await pickups_by_return(tx.connection, [return_id])).get(return_id)
    return known if known and known.status is not PickupStatus.CANCELLED else None


async def book_for(
    tx: Tx,
    book: PolicyBook,
    this_return: Return,
    wish: PickupWish,
    quote: PickupQuote,
    policy: Policy,
) -> Pickup:
    shopper, return_id = this_return.shopper_id, this_return.id
    pickup = await booking.book(tx, shopper, return_id, wish, quote, policy.pickup)
    await announce(tx, book, return_id, RefundEvent.PICKUP_BOOKED)
    return pickup


async def reschedule_pickup(
    tx: Tx, book: PolicyBook, shopper_id: str, pickup_id: str, slot_key: str | None
) -> Pickup:
    """Raises NotFound, or as `booking.reschedule`: the old slot is kept then."""
    pickup = await own_pickup(tx, shopper_id, pickup_id)
    policy = await _policy(tx, book, pickup)
    await booking.reschedule(tx, pickup, slot_key, policy.pickup)
    await announce(tx, book, pickup.return_id, RefundEvent.PICKUP_RESCHEDULED)
    return pickup


async def _policy(tx: Tx, book: PolicyBook, pickup: Pickup) -> Policy:
    this_return = (await returns_by_id(tx.connection, [pickup.return_id]))[pickup.return_id]
    return await book.version(tx.connection, this_return.policy_version)


async def cancel_pickup(tx: Tx, book: PolicyBook, shopper_id: str, pickup_id: str) -> Pickup:
    """Raises NotFound, or PickupNotCancellable once collected or cancelled."""
    pickup = await own_pickup(tx, shopper_id, pickup_id)
    await call_off(tx, book, pickup, CancelReason.SHOPPER)
    return pickup


async def call_off(tx: Tx, book: PolicyBook, pickup: Pickup, why: CancelReason) -> None:
    """The courier need not come. Raises PickupNotCancellable once collected or cancelled."""
    await service.cancel(tx, pickup, why)
    await announce(tx, book, pickup.return_id, RefundEvent.PICKUP_CANCELLED)


async def pay_fee(tx: Tx, book: PolicyBook, shopper_id: str, pickup_id: str) -> Pickup:
    """Ask the payment service for the shopper's part of the fee (R11).

    Raises NotFound, PickupFeeNotDue or PickupFeePaymentUnderWay.
    """
    pickup = await own_pickup(tx, shopper_id, pickup_id)
    await fees.ask_to_pay(tx, pickup, shopper_id)
    changed(tx, book, pickup.return_id)
    return pickup
