"""What a shopper does to a return. The caller commits."""

import dataclasses
from dataclasses import dataclass

from msgspec.structs import replace

from bff.core.refusal import Refusal
from bff.db.transaction import Tx
from bff.domain.orders.model import Address
from bff.domain.payments.model import Payment
from bff.domain.pickups.bookings import PickupRequest, check_slot_key, own_address
from bff.domain.pickups.model import Pickup, PickupStatus
from bff.domain.pickups.refusals import WITHOUT_PICKUP, AfterApproval
from bff.domain.refunds.debts import request_repayments
from bff.domain.refunds.store import refunds_by_return
from bff.domain.returns.authorization import own_case, own_return
from bff.domain.returns.events import announce_return
from bff.domain.returns.model import Case, CloseReason, Return, ReturnKind, ReturnStatus
from bff.domain.returns.refund_event import RefundEvent
from bff.domain.returns.refusals import (
    NothingOwed,
    RepaymentUnderWay,
    ReturnNotCancellable,
    ReturnNotDisputable,
    invalid_quantity,
    refusal_of,
)
from bff.domain.returns.return_address import return_address
from bff.domain.returns.rules.returnability import Subject, assess, offered_pickup
from bff.domain.returns.store import returns_by_id, update_return
from bff.domain.returns.subjects import subject_to_open
from bff.domain.returns.transitions import pickups
from bff.domain.returns.transitions.new_return import APPROVAL_REQUESTED, open_return
from bff.domain.returns.transitions.returns import close
from bff.jobs import outbox


@dataclass(frozen=True, slots=True)
class TapRequest:
    """`quantity` None: all that are left. `pickup` None: the shopper ships the goods."""

    order_line_id: str
    quantity: int | None = None
    pickup: PickupRequest | None = None


@dataclass(frozen=True, slots=True)
class TapResult:
    """`goes_to`: where the goods go; None until the merchant approves. `not_booked`: why a pickup
    that was requested is not booked.

    `case` and `subject` are as they are at the end of the write.
    """

    case: Case
    subject: Subject
    goes_to: Address | None = None
    not_booked: Refusal | None = None

    @property
    def return_id(self) -> str:
        return self.case.this_return.id


async def one_tap(tx: Tx, shopper_id: str, tap: TapRequest) -> TapResult:
    """Open a return: approved at once and its pickup booked (R3, R7), or put to the merchant (R12).

    A pickup that cannot be had takes nothing from the return (P9). Raises NotFound, InvalidInput
    or the refusal of a rule.
    """
    request = tap.pickup and await _checked(tx, shopper_id, tap.pickup)
    subject = await subject_to_open(tx, shopper_id, tap.order_line_id)
    if tap.quantity is not None and tap.quantity < 1:
        raise invalid_quantity("quantity", subject.left)
    returnability = assess(subject, tap.quantity, tx.now)
    if not returnability.returnable:
        raise refusal_of(returnability)
    merchant, policy = subject.merchant, subject.policy
    goes_to = await return_address(tx, merchant, policy) if returnability.express else None
    case = await open_return(tx, subject, ReturnKind.RETURN_AND_REFUND, returnability, goes_to)
    left = _after(subject, case)
    if goes_to is None:
        await outbox.post(tx, case.this_return.shopper_id, APPROVAL_REQUESTED, case.this_return.id)
    if request is None:
        return TapResult(case, left, goes_to)
    try:
        pickup = await _book(tx, case, request, subject)
    except WITHOUT_PICKUP as refusal:
        return TapResult(case, left, goes_to, refusal)
    return TapResult(case.with_pickup(pickup), left, goes_to)


async def _checked(tx: Tx, shopper_id: str, request: PickupRequest) -> PickupRequest:
    """Wrong is wrong, whether a courier comes or not. Raises InvalidInput, NotFound."""
    check_slot_key(request)
    if request.address_id is None:
        return request
    found = await own_address(tx, shopper_id, request.address_id, request.path)
    return dataclasses.replace(request, found=found)


async def _book(tx: Tx, case: Case, request: PickupRequest, subject: Subject) -> Pickup:
    """Raises one of WITHOUT_PICKUP."""
    quote = offered_pickup(subject)
    if not case.this_return.approved_at:
        raise AfterApproval
    return await pickups.book(tx, case, request, quote, subject)


def _after(subject: Subject, case: Case) -> Subject:
    """With what the return holds of the line, and of the order's advances."""
    line, order, minor = subject.line, subject.order, case.refund.amount_minor
    held_quantity = line.held_quantity + case.this_return.quantity
    held = replace(line, held_quantity=held_quantity, held_minor=line.held_minor + minor)
    promised = minor if case.this_return.advance_at_waybill else 0
    advanced = replace(order, advanced_minor=order.advanced_minor + promised)
    return replace(subject, line=held, order=advanced)


async def cancel_return(tx: Tx, shopper_id: str, return_id: str) -> None:
    """The pickup goes with it. Raises NotFound, or ReturnNotCancellable once goods are away."""
    case = await own_case(tx, shopper_id, return_id)
    collected = case.pickup is not None and case.pickup.status is PickupStatus.COLLECTED
    this_return = case.this_return
    if collected or (this_return.shipped_at and not this_return.ended):
        raise ReturnNotCancellable(this_return.status)
    if not await close(tx, this_return, CloseReason.SHOPPER):
        raise ReturnNotCancellable(this_return.status)


async def open_dispute(tx: Tx, shopper_id: str, return_id: str) -> Return:
    """Staff are to decide whether the merchant's refusal stands.

    Raises NotFound, or ReturnNotDisputable where nothing was refused, or staff have it already.
    """
    this_return = await own_return(tx, shopper_id, return_id)
    if this_return.status is not ReturnStatus.MERCHANT_REFUSED or this_return.disputed_at:
        raise ReturnNotDisputable(this_return.status)
    await update_return(tx, this_return, disputed_at=tx.now)
    await announce_return(tx, shopper_id, return_id, RefundEvent.DISPUTE_OPENED)
    return (await returns_by_id(tx.connection, shopper_id, [return_id]))[return_id]


async def repay_refund(tx: Tx, shopper_id: str, return_id: str) -> list[Payment]:
    """What is owed: an advance that was taken back, money that was paid twice.

    Raises NotFound, NothingOwed or RepaymentUnderWay.
    """
    this_return = await own_return(tx, shopper_id, return_id)
    refund = (await refunds_by_return(tx.connection, this_return.shopper_id, [this_return.id]))[
        return_id
    ]
    if not refund.owed.minor:
        raise NothingOwed
    payments = await request_repayments(tx, refund)
    if not payments:
        raise RepaymentUnderWay
    await announce_return(tx, shopper_id, return_id, RefundEvent.REPAYMENT_REQUESTED)
    return payments
