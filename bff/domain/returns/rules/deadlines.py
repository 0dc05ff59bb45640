"""Until when something is to happen (R7, R11, R12): what clients see and what timers fire at."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from operator import attrgetter

from msgspec import Struct

from bff.domain.pickups.closures import after_open_days
from bff.domain.pickups.model import Pickup, PickupStatus
from bff.domain.pickups.offers import answer_by
from bff.domain.policy.model import Policy
from bff.domain.policy.pickup_terms import PickupTerms
from bff.domain.refunds.model import Refund
from bff.domain.returns.model import Case, DeadlineKind, Return, ReturnStatus
from bff.domain.returns.rules.refusal_grounds import stands_in_silence


class Deadline(Struct, frozen=True, gc=False):
    """`approves`: the request is granted when it passes, and nobody has broken a promise.
    `deducts`: a part of the refund is kept back. `of_fee_alone`: nothing else waits for it.
    """

    what: DeadlineKind
    at: datetime
    approves: bool = False
    deducts: bool = False
    of_fee_alone: bool = False


def deadlines(case: Case, policy: Policy) -> list[Deadline]:
    """Those that still count, the nearest first."""
    counting = [*_of_return(case, policy), *_of_fee(case), *_of_money(case.refund, policy)]
    if case.missed:
        passed = {(missed.what, missed.due_at) for missed in case.missed}
        counting = [one for one in counting if (one.what, one.at) not in passed]
    return sorted(counting, key=attrgetter("at"))


def _of_return(case: Case, policy: Policy) -> Iterator[Deadline]:
    this_return, days = case.this_return, policy.returning
    match this_return.status:
        case ReturnStatus.AWAITING_MERCHANT_APPROVAL:
            at = this_return.opened_at + policy.merchant_answers_within
            yield Deadline(DeadlineKind.MERCHANT_ANSWER, at)
        case ReturnStatus.AWAITING_RETURN_SHIPMENT:
            yield from _shipment(this_return, case.pickup, policy)
        case ReturnStatus.AWAITING_MERCHANT_RECEIPT:
            yield Deadline(DeadlineKind.MERCHANT_INSPECTION, inspected_by(this_return, policy))
        case ReturnStatus.MERCHANT_REFUSED if this_return.disputed_at:
            at = this_return.disputed_at + timedelta(days=days.dispute_decide_days)
            yield Deadline(DeadlineKind.STAFF_DECISION, at)
        case ReturnStatus.MERCHANT_REFUSED if this_return.refused_at:
            at = this_return.refused_at + timedelta(days=days.dispute_open_days)
            approves, deducts = not stands_in_silence(this_return), bool(this_return.deductions)
            yield Deadline(DeadlineKind.DISPUTE, at, approves=approves, deducts=deducts)


def inspected_by(this_return: Return, policy: Policy) -> datetime:
    """The law's days once the merchant has the goods; before, those that a parcel may take."""
    days = policy.returning
    if this_return.goods_received_at:
        return this_return.goods_received_at + timedelta(days=days.refund_after_receipt_days)
    shipped_at = this_return.shipped_at or this_return.opened_at
    return shipped_at + timedelta(days=days.inspection_days)


def _shipment(this_return: Return, pickup: Pickup | None, policy: Policy) -> Iterator[Deadline]:
    """The shopper is to ship, until a courier has the goods; then the courier is to act."""
    if pickup and pickup.status is PickupStatus.COLLECTED:
        yield from _of_waybill(pickup, policy.pickup)
        return
    if this_return.visits_escalated_at:
        decides_within = timedelta(days=policy.pickup.visits_decide_days)
        at = this_return.visits_escalated_at + decides_within
        yield Deadline(DeadlineKind.STAFF_VISITS, at)
    else:
        yield Deadline(DeadlineKind.SHIP_BACK, _shipped_by(this_return, pickup, policy))
    if pickup and pickup.waits:
        yield from _of_visit(pickup, policy.pickup)


def _shipped_by(this_return: Return, pickup: Pickup | None, policy: Policy) -> datetime:
    """In full from a courier's failure on, and not before a pickup's end (P2)."""
    since = this_return.ship_back_from or this_return.approved_at or this_return.opened_at
    at = after_open_days(since, policy.returning.ship_back_days, policy.pickup)
    if pickup is None:
        return at
    return max(at, pickup.ends_at + timedelta(hours=policy.pickup.after_visit_hours))


def _of_visit(pickup: Pickup, terms: PickupTerms) -> Iterator[Deadline]:
    if pickup.status is PickupStatus.AWAITING_COURIER:
        yield Deadline(DeadlineKind.COURIER_ANSWER, answer_by(pickup, terms))
    yield Deadline(DeadlineKind.COURIER_ARRIVAL, pickup.ends_at)
    late = timedelta(minutes=terms.late_minutes)
    yield Deadline(DeadlineKind.LATE_COURIER, pickup.ends_at + late)


def _of_waybill(pickup: Pickup, terms: PickupTerms) -> Iterator[Deadline]:
    """Nothing waits for a courier whose number waits for the fee."""
    if pickup.collected_at and pickup.held_waybill is None:
        at = pickup.collected_at + timedelta(hours=terms.waybill_within_hours)
        yield Deadline(DeadlineKind.COURIER_WAYBILL, at)
        yield Deadline(DeadlineKind.PARCEL_TRACE, at + timedelta(days=terms.lost_after_days))


def _of_fee(case: Case) -> Iterator[Deadline]:
    """None while a payment is under way: it is not the shopper's doing how long that takes.

    A parcel of several returns has one fee: it is a matter of the one that was booked first.
    """
    pickup = case.pickup
    if pickup is None or pickup.return_id != case.this_return.id:
        return
    if pickup.fee_due and pickup.fee_due_by and not pickup.fee_paying:
        ended = case.this_return.ended
        yield Deadline(DeadlineKind.PICKUP_FEE, pickup.fee_due_by, of_fee_alone=ended)


def _of_money(refund: Refund, policy: Policy) -> Iterator[Deadline]:
    """None of what the shopper owes while a payment is under way."""
    if refund.retry_at:
        yield Deadline(DeadlineKind.REFUND_RETRY, refund.retry_at)
    if refund.owed_since and refund.owed.minor and not refund.repaying:
        at = refund.owed_since + timedelta(days=policy.payment.repay_days)
        yield Deadline(DeadlineKind.REPAYMENT, at)
