"""Who acts next, and until when: there is always somebody, until all has ended. R11."""

from datetime import datetime
from itertools import product
from typing import Any

import pytest
from msgspec.structs import replace

from bff.core.clock import SHANGHAI
from bff.domain.pickups.model import FeeStatus, Pickup, PickupStatus
from bff.domain.refunds.model import AdvanceStatus
from bff.domain.returns.model import ENDED, Case, DeadlineKind, ReturnStatus
from bff.domain.returns.next_actions import (
    Actor,
    NextAction,
    NextActionCode,
    next_actions,
    with_hours,
)
from bff.domain.returns.rules.deadlines import deadlines
from tests.support.models import (
    APPROVED,
    AWAY,
    PICKUP,
    POLICY,
    REFUSED,
    SOON_AFTER,
    case,
    collected,
    missed,
    owing,
    pickup,
    shanghai,
)

BY_ARRIVAL = "2026-01-02T14:00"
BY_WAYBILL = "2026-01-03T13:00"
BY_FEE = "2026-01-03T14:00"
BY_SHIPPING = "2026-01-10T10:00"
SEND = ("SUBMIT_WAYBILL", "SHOPPER", BY_SHIPPING)
BOOK = ("BOOK_PICKUP", "SHOPPER", BY_SHIPPING)
CANCEL = ("CANCEL_RETURN", "SHOPPER", None)
WAYBILL = ("WAIT_FOR_WAYBILL", "COURIER", BY_WAYBILL)
PAY = ("PAY_PICKUP_FEE", "SHOPPER", BY_FEE)
MONEY = ("WAIT_FOR_REFUND", "PLATFORM", None)
BACK = {"refunded_at": SOON_AFTER}

Action = tuple[str, str, str | None]


def actions(of: Case, *, offered: bool = True) -> list[Action]:
    """By when on a clock in Shanghai."""
    found = next_actions(of, POLICY, offered)
    return [
        (str(one.code), str(one.actor), format_shanghai(one.by) if one.by else None)
        for one in found
    ]


def format_shanghai(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}"


def test_before_approval_the_merchant_acts_and_the_shopper_may_cancel() -> None:
    assert actions(case()) == [("WAIT_FOR_MERCHANT", "MERCHANT", "2026-01-05T10:00"), CANCEL]


@pytest.mark.parametrize("known", [None, pickup(PickupStatus.CANCELLED)])
def test_an_approved_return_can_be_picked_up_or_sent(known: Pickup | None) -> None:
    approved = case(known, **APPROVED)
    assert actions(approved) == [BOOK, SEND, CANCEL]
    assert actions(approved, offered=False) == [SEND, CANCEL]


@pytest.mark.parametrize(
    ("status", "first"),
    [
        (PickupStatus.AWAITING_COURIER, ("WAIT_FOR_COURIER", "COURIER", "2026-01-02T12:05")),
        (PickupStatus.ACCEPTED, ("HAND_OVER_GOODS", "SHOPPER", BY_ARRIVAL)),
    ],
)
def test_a_courier_on_the_way_can_be_moved_and_called_off(
    status: PickupStatus, first: Action
) -> None:
    assert actions(case(pickup(status), **APPROVED)) == [
        first,
        SEND,
        ("RESCHEDULE_PICKUP", "SHOPPER", None),
        ("CANCEL_PICKUP", "SHOPPER", None),
        CANCEL,
    ]


def test_a_courier_who_is_late_is_waited_for_a_little() -> None:
    late = missed(DeadlineKind.COURIER_ARRIVAL, BY_ARRIVAL)
    first = actions(case(pickup(PickupStatus.ACCEPTED), late, **APPROVED))[0]
    assert first == ("HAND_OVER_GOODS", "SHOPPER", "2026-01-02T14:30")


def test_visits_in_vain_are_for_staff_and_the_shopper_may_act_meanwhile() -> None:
    escalated = APPROVED | {"visits_escalated_at": shanghai("2026-01-03T10:00")}
    failed = pickup(PickupStatus.CANCELLED)
    assert actions(case(failed, **escalated)) == [
        ("WAIT_FOR_STAFF", "PLATFORM", "2026-01-06T10:00"),
        ("BOOK_PICKUP", "SHOPPER", None),
        ("SUBMIT_WAYBILL", "SHOPPER", None),
        CANCEL,
    ]


def test_once_collected_nothing_can_be_called_off() -> None:
    """With no fee to pay the shopper may enter the number, as it stands on the receipt."""
    covered = collected(fee_status=FeeStatus.WAIVED)
    send = ("SUBMIT_WAYBILL", "SHOPPER", None)
    assert actions(case(covered, **APPROVED)) == [WAYBILL, send]
    assert actions(case(collected(), **APPROVED)) == [WAYBILL]


@pytest.mark.parametrize("status", [FeeStatus.UNPAID, FeeStatus.PAYMENT_FAILED])
def test_a_fee_that_is_owed_comes_first(status: FeeStatus) -> None:
    held = owing(fee_status=status, held_waybill="CN0123456789")
    assert actions(case(owing(fee_status=status), **APPROVED)) == [PAY, WAYBILL]
    assert actions(case(held, **APPROVED)) == [PAY]


def test_a_fee_that_is_being_paid_is_not_requested_again() -> None:
    under_way = ("WAIT_FOR_FEE_PAYMENT", "PLATFORM", None)
    held = owing(fee_paying=True, held_waybill="CN0123456789")
    assert actions(case(owing(fee_paying=True), **APPROVED)) == [under_way, WAYBILL]
    assert actions(case(held, **APPROVED)) == [under_way]


@pytest.mark.parametrize("status", [FeeStatus.PAID, FeeStatus.WAIVED])
def test_a_fee_that_is_paid_or_covered_is_nobodys_to_act_on(status: FeeStatus) -> None:
    send = ("SUBMIT_WAYBILL", "SHOPPER", None)
    assert actions(case(owing(fee_status=status), **APPROVED)) == [WAYBILL, send]


def test_a_fee_that_was_not_paid_in_time_stays_to_be_paid() -> None:
    late = missed(DeadlineKind.PICKUP_FEE, BY_FEE)
    inspects = ("WAIT_FOR_MERCHANT_RECEIPT", "MERCHANT", "2026-01-14T10:00")
    assert actions(case(owing(), late, **AWAY)) == [("PAY_PICKUP_FEE", "SHOPPER", None), inspects]


@pytest.mark.parametrize(
    ("advance", "more"),
    [(AdvanceStatus.APPLYING, [MONEY]), (AdvanceStatus.NONE, []), (AdvanceStatus.CLOSED, [])],
)
def test_on_the_way_back_the_merchant_acts_and_the_advance_is_paid(
    advance: AdvanceStatus, more: list[Action]
) -> None:
    away = case(collected(fee_status=FeeStatus.PAID), refund={"advance": advance}, **AWAY)
    inspects = ("WAIT_FOR_MERCHANT_RECEIPT", "MERCHANT", "2026-01-14T10:00")
    assert actions(away) == [inspects, *more]


def test_a_waybill_can_be_corrected_until_the_goods_are_there() -> None:
    correct = ("CORRECT_WAYBILL", "SHOPPER", None)
    sent = AWAY | {"courier_company": "sf", "waybill_number": "SF123456789012"}
    there = sent | {"goods_received_at": SOON_AFTER}
    assert actions(case(**sent))[1:] == [correct]
    assert actions(case(**there))[1:] == []
    assert correct not in actions(case(**sent | REFUSED))


@pytest.mark.parametrize("goods", [True, False])
def test_a_refusal_can_be_disputed_and_a_request_that_was_refused_cancelled(goods: bool) -> None:
    refused = AWAY | REFUSED if goods else REFUSED
    cancel = [] if goods else [CANCEL]
    disputed = refused | {"disputed_at": shanghai("2026-01-06T10:00")}
    assert actions(case(**refused)) == [("OPEN_DISPUTE", "SHOPPER", "2026-01-08T10:00"), *cancel]
    assert actions(case(**disputed)) == [
        ("WAIT_FOR_STAFF", "PLATFORM", "2026-01-13T10:00"),
        *cancel,
    ]


@pytest.mark.parametrize("status", sorted(ENDED))
def test_what_has_ended_and_is_paid_is_nobodys_to_act_on(status: ReturnStatus) -> None:
    ended = APPROVED | {"status": status}
    assert actions(case(pickup(PickupStatus.CANCELLED), refund=BACK, **ended)) == []


def test_money_that_the_merchant_owes_is_waited_for_also_after_the_end() -> None:
    done = AWAY | {"status": ReturnStatus.SUCCEEDED}
    again = {"retry_at": shanghai("2026-01-15T16:00")}
    assert actions(case(**done)) == [MONEY]
    assert actions(case(refund=again, **done)) == [
        ("WAIT_FOR_REFUND", "PLATFORM", "2026-01-15T16:00")
    ]


def test_an_advance_that_was_taken_back_is_to_be_repaid_once() -> None:
    closed = AWAY | {"status": ReturnStatus.CLOSED}
    owed = BACK | {"advance": AdvanceStatus.CLAWED_BACK}
    assert actions(case(refund=owed, **closed)) == [("REPAY_REFUND", "SHOPPER", None)]
    assert actions(case(refund=owed | {"repaid_at": SOON_AFTER}, **closed)) == []


def every_pickup() -> list[Pickup | None]:
    """In every state, with every fee: weighed or not, being paid or not, held or not."""
    found = [
        replace(
            PICKUP,
            status=status,
            collected_at=SOON_AFTER if status is PickupStatus.COLLECTED else None,
            fee_status=fee,
            fee_final_at=SOON_AFTER if final else None,
            fee_due_by=SOON_AFTER if final else None,
            fee_paying=paying,
            held_waybill="CN0123456789" if held else None,
        )
        for status, fee in product(PickupStatus, FeeStatus)
        for final, paying, held in product([True, False], repeat=3)
    ]
    return [None, *(one for one in found if possible(one))]


def possible(one: Pickup) -> bool:
    """A number is held, and a fee is final, of collected goods; and held for a fee that is due."""
    in_hand = one.status is PickupStatus.COLLECTED
    held_for_nothing = one.held_waybill and not one.fee_due
    return not held_for_nothing and (in_hand or one.fee_final_at is None)


@pytest.mark.parametrize("status", sorted(set(ReturnStatus) - ENDED))
def test_nothing_that_is_open_waits_for_nobody(status: ReturnStatus) -> None:
    """Whatever the pickup's state: somebody acts next, and what is by a time has a deadline."""
    days: dict[str, Any] = AWAY | REFUSED | {"status": status}
    for one, offered in product(every_pickup(), (True, False)):
        this = case(one, **days)
        found = next_actions(this, POLICY, offered)
        assert found, one
        assert {what.by for what in found if what.by} <= {
            deadline.at for deadline in deadlines(this, POLICY)
        }


@pytest.mark.parametrize(
    ("now", "possible_from"),
    [
        ("2026-03-10T10:00", None),
        ("2026-03-10T20:30", "2026-03-11T09:00"),
        ("2026-03-11T08:59", "2026-03-11T09:00"),
        ("2027-02-06T10:00", "2027-02-09T09:00"),
    ],
)
def test_at_night_and_on_closed_days_a_pickup_is_possible_from_the_next_hours(
    now: str, possible_from: str | None
) -> None:
    book = NextAction(NextActionCode.BOOK_PICKUP, Actor.SHOPPER)
    cancel = NextAction(NextActionCode.CANCEL_RETURN, Actor.SHOPPER)
    expected = shanghai(possible_from) if possible_from else None
    found = with_hours([book, cancel], shanghai(now), POLICY.pickup)
    assert found == [replace(book, possible_from=expected), cancel]
