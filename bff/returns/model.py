"""A return: its states, what it waits for, and who acts next."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bff.core.states import Transitions
from bff.pickups.model import Pickup, PickupStatus, answer_by
from bff.policy.model import Policy


class ReturnKind(StrEnum):
    RETURN_AND_REFUND = "RETURN_AND_REFUND"
    REFUND_ONLY = "REFUND_ONLY"


class ReturnStatus(StrEnum):
    AWAITING_MERCHANT_APPROVAL = "AWAITING_MERCHANT_APPROVAL"
    AWAITING_RETURN_SHIPMENT = "AWAITING_RETURN_SHIPMENT"
    AWAITING_MERCHANT_RECEIPT = "AWAITING_MERCHANT_RECEIPT"
    MERCHANT_REFUSED = "MERCHANT_REFUSED"
    CLOSED = "CLOSED"
    SUCCEEDED = "SUCCEEDED"


TRANSITIONS = Transitions(
    {
        ReturnStatus.AWAITING_MERCHANT_APPROVAL: frozenset(
            {ReturnStatus.AWAITING_RETURN_SHIPMENT, ReturnStatus.CLOSED}
        ),
        ReturnStatus.AWAITING_RETURN_SHIPMENT: frozenset(
            {ReturnStatus.AWAITING_MERCHANT_RECEIPT, ReturnStatus.CLOSED}
        ),
        ReturnStatus.AWAITING_MERCHANT_RECEIPT: frozenset({ReturnStatus.SUCCEEDED}),
    }
)


class WaybillSource(StrEnum):
    COURIER = "COURIER"
    SHOPPER = "SHOPPER"


class RefundEvent(StrEnum):
    """What a shopper is told of, past tense."""

    RETURN_OPENED = "RETURN_OPENED"
    RETURN_APPROVED = "RETURN_APPROVED"
    RETURN_CLOSED = "RETURN_CLOSED"
    RETURN_SUCCEEDED = "RETURN_SUCCEEDED"
    PICKUP_BOOKED = "PICKUP_BOOKED"
    PICKUP_ACCEPTED = "PICKUP_ACCEPTED"
    PICKUP_COLLECTED = "PICKUP_COLLECTED"
    PICKUP_CANCELLED = "PICKUP_CANCELLED"
    WAYBILL_SUBMITTED = "WAYBILL_SUBMITTED"
    REFUND_ADVANCED = "REFUND_ADVANCED"
    REFUND_PAID_BY_MERCHANT = "REFUND_PAID_BY_MERCHANT"


class DeadlineKind(StrEnum):
    MERCHANT_ANSWER = "MERCHANT_ANSWER"
    SHIP_BACK = "SHIP_BACK"
    COURIER_ANSWER = "COURIER_ANSWER"
    COURIER_ARRIVAL = "COURIER_ARRIVAL"
    MERCHANT_INSPECTION = "MERCHANT_INSPECTION"


class Actor(StrEnum):
    SHOPPER = "SHOPPER"
    MERCHANT = "MERCHANT"
    COURIER = "COURIER"


class NextActionCode(StrEnum):
    WAIT_FOR_MERCHANT = "WAIT_FOR_MERCHANT"
    BOOK_PICKUP = "BOOK_PICKUP"
    SUBMIT_WAYBILL = "SUBMIT_WAYBILL"
    WAIT_FOR_COURIER = "WAIT_FOR_COURIER"
    HAND_OVER_GOODS = "HAND_OVER_GOODS"
    WAIT_FOR_WAYBILL = "WAIT_FOR_WAYBILL"
    WAIT_FOR_MERCHANT_RECEIPT = "WAIT_FOR_MERCHANT_RECEIPT"
    CANCEL_PICKUP = "CANCEL_PICKUP"
    CANCEL_RETURN = "CANCEL_RETURN"


@dataclass(frozen=True, slots=True)
class Return:
    """`policy_version`, `star_level` and `express` are the terms it was opened on; they stay."""

    id: str
    shopper_id: str
    order_line_id: str
    merchant_id: str
    kind: ReturnKind
    status: ReturnStatus
    express: bool
    advance_at_waybill: bool
    quantity: int
    policy_version: str
    star_level: int
    return_address_id: str | None
    opened_at: datetime
    approved_at: datetime | None
    shipped_at: datetime | None
    ended_at: datetime | None
    courier_company: str | None
    waybill_number: str | None
    waybill_by: WaybillSource | None


@dataclass(frozen=True, slots=True)
class Deadline:
    what: DeadlineKind
    at: datetime


@dataclass(frozen=True, slots=True)
class NextAction:
    """`by`: until when, where there is a deadline."""

    code: NextActionCode
    actor: Actor
    by: datetime | None = None


def deadlines(this_return: Return, pickup: Pickup | None, policy: Policy) -> list[Deadline]:
    """Those that still count, the nearest first."""
    days = policy.returning
    match this_return.status:
        case ReturnStatus.AWAITING_MERCHANT_APPROVAL:
            at = this_return.opened_at + policy.merchant_answers_within
            return [Deadline(DeadlineKind.MERCHANT_ANSWER, at)]
        case ReturnStatus.AWAITING_RETURN_SHIPMENT:
            at = (this_return.approved_at or this_return.opened_at) + _days(days.ship_back_days)
            ship_back = Deadline(DeadlineKind.SHIP_BACK, at)
            return sorted([*_courier(pickup, policy), ship_back], key=lambda one: one.at)
        case ReturnStatus.AWAITING_MERCHANT_RECEIPT:
            at = (this_return.shipped_at or this_return.opened_at) + _days(days.inspection_days)
            return [Deadline(DeadlineKind.MERCHANT_INSPECTION, at)]
        case _:
            return []


def _days(count: int) -> timedelta:
    return timedelta(days=count)


def _courier(pickup: Pickup | None, policy: Policy) -> list[Deadline]:
    if pickup is None:
        return []
    answer = Deadline(DeadlineKind.COURIER_ANSWER, answer_by(pickup, policy.pickup))
    arrival = Deadline(DeadlineKind.COURIER_ARRIVAL, pickup.ends_at)
    match pickup.status:
        case PickupStatus.AWAITING_COURIER:
            return [answer, arrival]
        case PickupStatus.ACCEPTED:
            return [arrival]
        case _:
            return []


def next_actions(
    this_return: Return, pickup: Pickup | None, policy: Policy, pickup_offered: bool
) -> list[NextAction]:
    """What can or will happen next, the most useful first; none once the return has ended."""
    by = {deadline.what: deadline.at for deadline in deadlines(this_return, pickup, policy)}
    cancel = NextAction(NextActionCode.CANCEL_RETURN, Actor.SHOPPER)
    match this_return.status:
        case ReturnStatus.AWAITING_MERCHANT_APPROVAL:
            until = by[DeadlineKind.MERCHANT_ANSWER]
            return [_wait(NextActionCode.WAIT_FOR_MERCHANT, Actor.MERCHANT, until), cancel]
        case ReturnStatus.AWAITING_RETURN_SHIPMENT:
            return _shipping_back(pickup, by, pickup_offered, cancel)
        case ReturnStatus.AWAITING_MERCHANT_RECEIPT:
            until = by[DeadlineKind.MERCHANT_INSPECTION]
            return [_wait(NextActionCode.WAIT_FOR_MERCHANT_RECEIPT, Actor.MERCHANT, until)]
        case _:
            return []


def _wait(code: NextActionCode, actor: Actor, by: datetime) -> NextAction:
    return NextAction(code, actor, by)


def _shipping_back(
    pickup: Pickup | None,
    by: dict[DeadlineKind, datetime],
    pickup_offered: bool,
    cancel: NextAction,
) -> list[NextAction]:
    until = by[DeadlineKind.SHIP_BACK]
    waybill = NextAction(NextActionCode.SUBMIT_WAYBILL, Actor.SHOPPER, until)
    cancel_pickup = NextAction(NextActionCode.CANCEL_PICKUP, Actor.SHOPPER)
    match pickup.status if pickup else PickupStatus.CANCELLED:
        case PickupStatus.AWAITING_COURIER:
            answer = by[DeadlineKind.COURIER_ANSWER]
            wait = _wait(NextActionCode.WAIT_FOR_COURIER, Actor.COURIER, answer)
            return [wait, waybill, cancel_pickup, cancel]
        case PickupStatus.ACCEPTED:
            arrival = by[DeadlineKind.COURIER_ARRIVAL]
            hand_over = NextAction(NextActionCode.HAND_OVER_GOODS, Actor.SHOPPER, arrival)
            return [hand_over, waybill, cancel_pickup, cancel]
        case PickupStatus.COLLECTED:
            return [_wait(NextActionCode.WAIT_FOR_WAYBILL, Actor.COURIER, until), waybill]
        case _:
            book = NextAction(NextActionCode.BOOK_PICKUP, Actor.SHOPPER, until)
            return [*([book] if pickup_offered else []), waybill, cancel]
