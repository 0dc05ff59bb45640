"""What a shopper does to a return. The caller commits."""

from dataclasses import dataclass
from datetime import datetime

from bff.core import ids
from bff.core.refusal import InvalidInput, NotFound
from bff.db import outbox
from bff.db.database import Tx
from bff.locale.messages import N_
from bff.pickups import service as pickups
from bff.pickups.model import Pickup, PickupQuote, PickupStatus
from bff.pickups.refusals import (
    PickupBookedAlready,
    PickupNotCancellable,
    PickupNotOffered,
)
from bff.pickups.service import PickupWish
from bff.pickups.store import pickups_by_id, pickups_by_return
from bff.policy.model import DOOR_PICKUP
from bff.policy.store import PolicyBook
from bff.refunds.model import AdvanceStatus, Refund, RefundQuote
from bff.refunds.store import add_refund
from bff.returns.journey import approve
from bff.returns.model import RefundEvent, Return, ReturnKind, ReturnStatus
from bff.returns.news import announce
from bff.returns.refusals import (
    ReturnNotAwaitingShipment,
    ReturnNotCancellable,
    refusal_of,
)
from bff.returns.rules import Returnability, Subject, assess, pickup_terms
from bff.returns.store import add_return, move_return, returns_by_id
from bff.returns.subject import subject_opened, subject_to_open

APPROVAL_REQUESTED = "return.approval_requested"


@dataclass(frozen=True, slots=True)
class OneTap:
    """`quantity` None: all that are left. `pickup` None: the shopper ships the goods."""

    order_line_id: str
    quantity: int | None = None
    pickup: PickupWish | None = None


@dataclass(frozen=True, slots=True)
class Tapped:
    """`pickup_later`: a pickup was asked for, and can be booked once the merchant approves."""

    return_id: str
    pickup_later: bool


async def one_tap(tx: Tx, book: PolicyBook, shopper_id: str, tap: OneTap) -> Tapped:
    """Open a return: approved at once and its pickup booked (R3, R7), or the merchant asked (R12).

    Raises NotFound, InvalidInput, the refusal of a rule, or one of `pickups.service.book`.
    """
    subject = await subject_to_open(tx.connection, book, shopper_id, tap.order_line_id)
    answer = _assessed(subject, tap.quantity, tx.now)
    if answer.refund_quote is None:
        raise refusal_of(answer)
    pickup_quote = _pickup_quote(subject) if tap.pickup else None
    opened = await _open(tx, subject, answer.refund_quote, answer.express)
    if not answer.express:
        await outbox.post(tx, APPROVAL_REQUESTED, opened.id)
        return Tapped(opened.id, pickup_later=tap.pickup is not None)
    await approve(tx, opened, subject.merchant, subject.policy)
    if tap.pickup and pickup_quote:
        await _book(tx, opened, tap.pickup, pickup_quote, subject)
    return Tapped(opened.id, pickup_later=False)


def _assessed(subject: Subject, quantity: int | None, now: datetime) -> Returnability:
    if quantity is not None and quantity < 1:
        most = max(subject.left, 1)
        raise InvalidInput("quantity", N_("a whole number from 1 to {most}"), {"most": most})
    return assess(subject, quantity, now)


def _pickup_quote(subject: Subject) -> PickupQuote:
    quote = pickup_terms(subject)
    if quote is None:
        raise PickupNotOffered(subject.level, subject.policy.unlocked_at(DOOR_PICKUP))
    return quote


async def _open(tx: Tx, subject: Subject, quote: RefundQuote, express: bool) -> Return:
    opened = _opened(tx, subject, quote, express)
    await add_return(tx, opened)
    await add_refund(tx, _refund(tx, opened, quote))
    await announce(tx, opened.id, RefundEvent.RETURN_OPENED)
    return opened


def _opened(tx: Tx, subject: Subject, quote: RefundQuote, express: bool) -> Return:
    return Return(
        id=tx.new_id(ids.RETURN),
        shopper_id=subject.order.shopper_id,
        order_line_id=subject.line.id,
        merchant_id=subject.merchant.id,
        kind=ReturnKind.RETURN_AND_REFUND,
        status=ReturnStatus.AWAITING_MERCHANT_APPROVAL,
        express=express,
        advance_at_waybill=quote.advance,
        quantity=quote.quantity,
        policy_version=subject.policy.version,
        star_level=subject.level,
        return_address_id=None,
        opened_at=tx.now,
        approved_at=None,
        shipped_at=None,
        ended_at=None,
        courier_company=None,
        waybill_number=None,
        waybill_by=None,
    )


def _refund(tx: Tx, opened: Return, quote: RefundQuote) -> Refund:
    return Refund(
        id=tx.new_id(ids.REFUND),
        return_id=opened.id,
        amount_minor=quote.refund.minor,
        currency=quote.refund.currency,
        advance=AdvanceStatus.NONE,
        refunded_at=None,
        settled_at=None,
    )


async def own_return(tx: Tx, shopper_id: str, return_id: str, named_by: str = "returnId") -> Return:
    """Raises NotFound for one that isn't theirs; `named_by` is the input's field."""
    found = (await returns_by_id(tx.connection, [return_id])).get(return_id)
    if found is None or found.shopper_id != shopper_id:
        raise NotFound(named_by)
    return found


async def book_pickup(
    tx: Tx, book: PolicyBook, shopper_id: str, return_id: str, wish: PickupWish
) -> Pickup:
    """Raises NotFound, ReturnNotAwaitingShipment, PickupBookedAlready, or as `pickups.book`."""
    this_return = await own_return(tx, shopper_id, return_id)
    if this_return.status is not ReturnStatus.AWAITING_RETURN_SHIPMENT:
        raise ReturnNotAwaitingShipment(this_return.status)
    if known := await _open_pickup(tx, return_id):
        raise PickupBookedAlready(known.id)
    subject = await subject_opened(tx.connection, book, this_return)
    return await _book(tx, this_return, wish, _pickup_quote(subject), subject)


async def _book(
    tx: Tx, this_return: Return, wish: PickupWish, quote: PickupQuote, subject: Subject
) -> Pickup:
    rules = subject.policy.pickup
    pickup = await pickups.book(tx, this_return.shopper_id, this_return.id, wish, quote, rules)
    await announce(tx, this_return.id, RefundEvent.PICKUP_BOOKED)
    return pickup


async def _open_pickup(tx: Tx, return_id: str) -> Pickup | None:
    known = (await pickups_by_return(tx.connection, [return_id])).get(return_id)
    return known if known and known.status is not PickupStatus.CANCELLED else None


async def cancel_pickup(tx: Tx, shopper_id: str, pickup_id: str) -> Pickup:
    """Raises NotFound, or PickupNotCancellable once collected or cancelled."""
    pickup = (await pickups_by_id(tx.connection, [pickup_id])).get(pickup_id)
    if pickup is None:
        raise NotFound("pickupId")
    await own_return(tx, shopper_id, pickup.return_id, named_by="pickupId")
    await _cancel_pickup(tx, pickup)
    return pickup


async def _cancel_pickup(tx: Tx, pickup: Pickup) -> None:
    await pickups.cancel(tx, pickup)
    await announce(tx, pickup.return_id, RefundEvent.PICKUP_CANCELLED)


async def cancel_return(tx: Tx, shopper_id: str, return_id: str) -> Return:
    """The pickup goes with it. Raises NotFound, or ReturnNotCancellable once goods are away."""
    this_return = await own_return(tx, shopper_id, return_id)
    if pickup := await _open_pickup(tx, return_id):
        await _cancel_pickup_of(tx, this_return, pickup)
    if not await move_return(tx, return_id, ReturnStatus.CLOSED, ended_at=tx.now):
        raise ReturnNotCancellable(this_return.status)
    await announce(tx, return_id, RefundEvent.RETURN_CLOSED)
    return this_return


async def _cancel_pickup_of(tx: Tx, this_return: Return, pickup: Pickup) -> None:
    try:
        await _cancel_pickup(tx, pickup)
    except PickupNotCancellable as error:
        raise ReturnNotCancellable(this_return.status) from error
