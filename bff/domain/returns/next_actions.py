"""Who acts next, and what the money waits for: R11."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from bff.domain.pickups.model import Pickup, PickupStatus
from bff.domain.pickups.slots import first_slot
from bff.domain.policy.model import Policy
from bff.domain.policy.pickup_terms import PickupTerms
from bff.domain.refunds.model import AdvanceStatus
from bff.domain.returns.model import Case, DeadlineKind, Return, ReturnStatus
from bff.domain.returns.rules.deadlines import deadlines

Due = dict[DeadlineKind, datetime]


class Actor(StrEnum):
    SHOPPER = "SHOPPER"
    MERCHANT = "MERCHANT"
    COURIER = "COURIER"
    PLATFORM = "PLATFORM"


class NextActionCode(StrEnum):
    WAIT_FOR_MERCHANT = "WAIT_FOR_MERCHANT"
    BOOK_PICKUP = "BOOK_PICKUP"
    SUBMIT_WAYBILL = "SUBMIT_WAYBILL"
    CORRECT_WAYBILL = "CORRECT_WAYBILL"
    WAIT_FOR_COURIER = "WAIT_FOR_COURIER"
    HAND_OVER_GOODS = "HAND_OVER_GOODS"
    RESCHEDULE_PICKUP = "RESCHEDULE_PICKUP"
    CANCEL_PICKUP = "CANCEL_PICKUP"
    PAY_PICKUP_FEE = "PAY_PICKUP_FEE"
    WAIT_FOR_FEE_PAYMENT = "WAIT_FOR_FEE_PAYMENT"
    WAIT_FOR_WAYBILL = "WAIT_FOR_WAYBILL"
    WAIT_FOR_MERCHANT_RECEIPT = "WAIT_FOR_MERCHANT_RECEIPT"
    OPEN_DISPUTE = "OPEN_DISPUTE"
    WAIT_FOR_STAFF = "WAIT_FOR_STAFF"
    WAIT_FOR_REFUND = "WAIT_FOR_REFUND"
    REPAY_REFUND = "REPAY_REFUND"
    WAIT_FOR_REPAYMENT = "WAIT_FOR_REPAYMENT"
    WAIT_FOR_REIMBURSEMENT = "WAIT_FOR_REIMBURSEMENT"
    CANCEL_RETURN = "CANCEL_RETURN"


class RefundWait(StrEnum):
    """What stands between the shopper and the money."""

    MERCHANT_APPROVAL = "MERCHANT_APPROVAL"
    RETURN_SHIPMENT = "RETURN_SHIPMENT"
    PICKUP_FEE = "PICKUP_FEE"
    MERCHANT_RECEIPT = "MERCHANT_RECEIPT"
    DISPUTE = "DISPUTE"
    PAYMENT = "PAYMENT"


class NextAction(Struct, frozen=True, gc=False):
    """`by`: until when, where there is a deadline. `possible_from`: where that is not now."""

    code: NextActionCode
    actor: Actor
    by: datetime | None = None
    possible_from: datetime | None = None


WAITS = {
    ReturnStatus.AWAITING_MERCHANT_APPROVAL: RefundWait.MERCHANT_APPROVAL,
    ReturnStatus.AWAITING_RETURN_SHIPMENT: RefundWait.RETURN_SHIPMENT,
    ReturnStatus.AWAITING_MERCHANT_RECEIPT: RefundWait.MERCHANT_RECEIPT,
    ReturnStatus.MERCHANT_REFUSED: RefundWait.DISPUTE,
    ReturnStatus.SUCCEEDED: RefundWait.PAYMENT,
}
CANCEL = NextAction(NextActionCode.CANCEL_RETURN, Actor.SHOPPER)


def waiting_for(case: Case) -> RefundWait | None:
    """None once the money is back, and where none will come."""
    if case.refund.refunded_at or case.this_return.status is ReturnStatus.CLOSED:
        return None
    if case.refund.advance is AdvanceStatus.APPLYING:
        return RefundWait.PAYMENT
    if case.this_return.status is ReturnStatus.AWAITING_RETURN_SHIPMENT and _fee_due(case):
        return RefundWait.PICKUP_FEE
    return WAITS[case.this_return.status]


def _fee_due(case: Case) -> bool:
    return case.pickup is not None and case.pickup.fee_due


def next_actions(case: Case, policy: Policy, pickup_offered: bool) -> list[NextAction]:
    """What can or will happen next, the most useful first; none once all has ended."""
    due = {deadline.what: deadline.at for deadline in deadlines(case, policy)}
    return [
        *_of_fee(case, due),
        *_of_return(case, due, pickup_offered),
        *_of_money(case, due),
        *_of_waybill(case.this_return),
    ]


def with_hours(actions: list[NextAction], now: datetime, terms: PickupTerms) -> list[NextAction]:
    """Out of the couriers' hours, a pickup is for when they come again (P9)."""
    slot = first_slot(now, terms)
    if slot is None or slot.starts_at <= now:
        return actions
    return [
        replace(action, possible_from=slot.starts_at)
        if action.code is NextActionCode.BOOK_PICKUP
        else action
        for action in actions
    ]


def _of_return(case: Case, due: Due, pickup_offered: bool) -> list[NextAction]:
    match case.this_return.status:
        case ReturnStatus.AWAITING_MERCHANT_APPROVAL:
            until = due.get(DeadlineKind.MERCHANT_ANSWER)
            wait = NextAction(NextActionCode.WAIT_FOR_MERCHANT, Actor.MERCHANT, until)
            return [wait, CANCEL]
        case ReturnStatus.AWAITING_RETURN_SHIPMENT:
            escalated = case.this_return.visits_escalated_at is not None
            until = due.get(DeadlineKind.STAFF_VISITS)
            wait = NextAction(NextActionCode.WAIT_FOR_STAFF, Actor.PLATFORM, until)
            shipping = _shipping_back(case.pickup, due, pickup_offered)
            return [wait, *shipping] if escalated else list(shipping)
        case ReturnStatus.AWAITING_MERCHANT_RECEIPT:
            until = due.get(DeadlineKind.MERCHANT_INSPECTION)
            return [NextAction(NextActionCode.WAIT_FOR_MERCHANT_RECEIPT, Actor.MERCHANT, until)]
        case ReturnStatus.MERCHANT_REFUSED:
            return list(_refused(case, due))
        case _:
            return []


def _refused(case: Case, due: Due) -> Iterator[NextAction]:
    if case.this_return.disputed_at:
        until = due.get(DeadlineKind.STAFF_DECISION)
        yield NextAction(NextActionCode.WAIT_FOR_STAFF, Actor.PLATFORM, until)
    else:
        until = due.get(DeadlineKind.DISPUTE)
        yield NextAction(NextActionCode.OPEN_DISPUTE, Actor.SHOPPER, until)
    if not case.this_return.goods_refused:
        yield CANCEL


def _shipping_back(pickup: Pickup | None, due: Due, pickup_offered: bool) -> Iterator[NextAction]:
    waybill = NextAction(
        NextActionCode.SUBMIT_WAYBILL, Actor.SHOPPER, due.get(DeadlineKind.SHIP_BACK)
    )
    if pickup and pickup.status is PickupStatus.COLLECTED:
        yield from _collected(pickup, due, waybill)
        return
    if pickup and pickup.waits:
        yield _courier(pickup, due)
        yield waybill
        yield NextAction(NextActionCode.RESCHEDULE_PICKUP, Actor.SHOPPER)
        yield NextAction(NextActionCode.CANCEL_PICKUP, Actor.SHOPPER)
    else:
        if pickup_offered:
            yield NextAction(NextActionCode.BOOK_PICKUP, Actor.SHOPPER, waybill.by)
        yield waybill
    yield CANCEL


def _courier(pickup: Pickup, due: Due) -> NextAction:
    if pickup.status is PickupStatus.ACCEPTED:
        until = due.get(DeadlineKind.COURIER_ARRIVAL) or due.get(DeadlineKind.LATE_COURIER)
        return NextAction(NextActionCode.HAND_OVER_GOODS, Actor.SHOPPER, until)
    until = due.get(DeadlineKind.COURIER_ANSWER)
    return NextAction(NextActionCode.WAIT_FOR_COURIER, Actor.COURIER, until)


def _collected(pickup: Pickup, due: Due, waybill: NextAction) -> Iterator[NextAction]:
    """Nothing but the fee stands in the way once the courier's number is there."""
    if pickup.held_waybill:
        return
    until = due.get(DeadlineKind.COURIER_WAYBILL) or due.get(DeadlineKind.PARCEL_TRACE)
    yield NextAction(NextActionCode.WAIT_FOR_WAYBILL, Actor.COURIER, until)
    if not pickup.shopper_owes:
        yield waybill


def _of_fee(case: Case, due: Due) -> Iterator[NextAction]:
    """The deadline is that of the return which the parcel's pickup was booked for."""
    pickup = case.pickup
    if pickup is None or not pickup.fee_due:
        return
    if pickup.fee_paying:
        yield NextAction(NextActionCode.WAIT_FOR_FEE_PAYMENT, Actor.PLATFORM)
    else:
        shares = pickup.return_id != case.this_return.id
        until = pickup.fee_due_by if shares else due.get(DeadlineKind.PICKUP_FEE)
        yield NextAction(NextActionCode.PAY_PICKUP_FEE, Actor.SHOPPER, until)


def _of_money(case: Case, due: Due) -> Iterator[NextAction]:
    refund, retried_at = case.refund, due.get(DeadlineKind.REFUND_RETRY)
    if waiting_for(case) is RefundWait.PAYMENT:
        yield NextAction(NextActionCode.WAIT_FOR_REFUND, Actor.PLATFORM, retried_at)
    if refund.repaying:
        yield NextAction(NextActionCode.WAIT_FOR_REPAYMENT, Actor.PLATFORM)
    elif refund.owed.minor:
        until = due.get(DeadlineKind.REPAYMENT)
        yield NextAction(NextActionCode.REPAY_REFUND, Actor.SHOPPER, until)
    if refund.overpaid.minor:
        yield NextAction(NextActionCode.WAIT_FOR_REIMBURSEMENT, Actor.PLATFORM, retried_at)


def _of_waybill(this_return: Return) -> Iterator[NextAction]:
    under_way = this_return.status is ReturnStatus.AWAITING_MERCHANT_RECEIPT
    if under_way and this_return.waybill and not this_return.goods_received_at:
        yield NextAction(NextActionCode.CORRECT_WAYBILL, Actor.SHOPPER)
