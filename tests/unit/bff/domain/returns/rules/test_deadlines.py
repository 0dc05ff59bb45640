"""Until when something is to happen, in each state: R7, R11, R12, and the law's days."""

from datetime import timedelta
from typing import Any

import pytest

from bff.domain.pickups.model import FeeStatus, PickupStatus
from bff.domain.refunds.model import AdvanceStatus
from bff.domain.returns.model import Case, DeadlineKind, RefusedBecause, ReturnStatus
from bff.domain.returns.rules.deadlines import Deadline, deadlines
from tests.support.models import (
    APPROVED,
    AWAY,
    POLICY,
    REFUSED,
    RETURN,
    case,
    changed,
    collected,
    missed,
    owing,
    pickup,
    shanghai,
)

SHIP_BACK = ("SHIP_BACK", "2026-01-10T10:00")
ANSWER = ("COURIER_ANSWER", "2026-01-02T12:05")
ARRIVAL = ("COURIER_ARRIVAL", "2026-01-02T14:00")
LATE = ("LATE_COURIER", "2026-01-02T14:30")
TRACE = ("PARCEL_TRACE", "2026-01-10T13:00")
WAYBILL = ("COURIER_WAYBILL", "2026-01-03T13:00")
FEE = ("PICKUP_FEE", "2026-01-03T14:00")

Expected = list[tuple[str, str]]


def deadlines_of(of: Case) -> list[Deadline]:
    return deadlines(of, POLICY)


def expected(*those: tuple[str, str]) -> list[Deadline]:
    return [Deadline(DeadlineKind(what), shanghai(at)) for what, at in those]


@pytest.mark.parametrize(
    ("changes", "what", "at"),
    [
        ({}, "MERCHANT_ANSWER", "2026-01-05T10:00"),
        (APPROVED, *SHIP_BACK),
        (AWAY, "MERCHANT_INSPECTION", "2026-01-14T10:00"),
        (
            AWAY | {"goods_received_at": shanghai("2026-01-12T10:00")},
            "MERCHANT_INSPECTION",
            "2026-01-19T10:00",
        ),
        (REFUSED, "DISPUTE", "2026-01-08T10:00"),
        (
            REFUSED | {"disputed_at": shanghai("2026-01-06T10:00")},
            "STAFF_DECISION",
            "2026-01-13T10:00",
        ),
    ],
)
def test_each_open_state_waits_until_some_day(changes: dict[str, Any], what: str, at: str) -> None:
    [deadline] = deadlines_of(case(**changes))
    assert (deadline.what, deadline.at) == (what, shanghai(at))


@pytest.mark.parametrize(("because", "approves"), [("USED_ITEM", True), ("OUT_OF_WINDOW", False)])
def test_silence_after_a_refusal_approves_unless_it_is_out_of_the_window(
    because: str, approves: bool
) -> None:
    [deadline] = deadlines_of(case(**REFUSED, refused_because=RefusedBecause(because)))
    assert deadline.approves is approves


def test_the_merchant_has_72_hours_as_the_policy_says() -> None:
    [answer] = deadlines_of(case())
    assert answer.at - RETURN.opened_at == timedelta(hours=72)
    hurried = changed(POLICY, "returning", merchant_answer_hours=48)
    [answer] = deadlines(case(), hurried)
    assert answer.at - RETURN.opened_at == timedelta(hours=48)


@pytest.mark.parametrize("status", [ReturnStatus.CLOSED, ReturnStatus.SUCCEEDED])
def test_what_has_ended_waits_for_nothing(status: ReturnStatus) -> None:
    ended = APPROVED | {"status": status}
    assert deadlines_of(case(**ended)) == []
    assert deadlines_of(case(collected(), **ended)) == []


@pytest.mark.parametrize(
    ("status", "those"),
    [
        (PickupStatus.AWAITING_COURIER, [ANSWER, ARRIVAL, LATE, SHIP_BACK]),
        (PickupStatus.ACCEPTED, [ARRIVAL, LATE, SHIP_BACK]),
        (PickupStatus.CANCELLED, [SHIP_BACK]),
    ],
)
def test_a_pickup_adds_its_deadlines_nearest_first(status: PickupStatus, those: Expected) -> None:
    assert deadlines_of(case(pickup(status), **APPROVED)) == expected(*those)


@pytest.mark.parametrize("status", [PickupStatus.ACCEPTED, PickupStatus.CANCELLED])
def test_the_shopper_has_a_day_at_least_after_a_pickups_end(status: PickupStatus) -> None:
    last = pickup(status, ends_at=shanghai("2026-01-10T11:00"))
    assert deadlines_of(case(last, **APPROVED))[-1:] == expected(("SHIP_BACK", "2026-01-11T11:00"))


def test_a_couriers_failure_gives_the_shopper_the_full_days_anew() -> None:
    failed = APPROVED | {"ship_back_from": shanghai("2026-01-05T09:00")}
    assert deadlines_of(case(**failed)) == expected(("SHIP_BACK", "2026-01-12T09:00"))


def test_while_staff_decide_on_visits_no_deadline_of_the_shopper_runs() -> None:
    escalated = APPROVED | {"visits_escalated_at": shanghai("2026-01-05T09:00")}
    assert deadlines_of(case(**escalated)) == expected(("STAFF_VISITS", "2026-01-08T09:00"))
    booked = pickup(PickupStatus.ACCEPTED, ends_at=shanghai("2026-01-06T11:00"))
    kinds = [one.what for one in deadlines_of(case(booked, **escalated))]
    assert kinds == ["COURIER_ARRIVAL", "LATE_COURIER", "STAFF_VISITS"]


def test_a_later_request_is_answered_later() -> None:
    """Another company, or another slot: its five minutes begin anew."""
    requested = pickup(PickupStatus.AWAITING_COURIER, requested_at=shanghai("2026-01-02T12:05"))
    assert (
        deadlines_of(case(requested, **APPROVED))[0]
        == expected(("COURIER_ANSWER", "2026-01-02T12:10"))[0]
    )


def test_once_collected_the_courier_is_to_act_and_not_the_shopper() -> None:
    assert deadlines_of(case(collected(), **APPROVED)) == expected(WAYBILL, TRACE)
    assert deadlines_of(case(collected(held_waybill="CN0123456789"), **APPROVED)) == []


@pytest.mark.parametrize("status", [FeeStatus.UNPAID, FeeStatus.PAYMENT_FAILED])
def test_a_fee_that_is_owed_is_to_be_paid_in_a_day(status: FeeStatus) -> None:
    """待支付取件费用, whether the courier's number has come already or not."""
    assert deadlines_of(case(owing(fee_status=status), **APPROVED)) == expected(WAYBILL, FEE, TRACE)
    held = owing(fee_status=status, held_waybill="CN0123456789")
    assert deadlines_of(case(held, **APPROVED)) == expected(FEE)


@pytest.mark.parametrize(
    "changes",
    [
        {"fee_status": FeeStatus.PAID},
        {"fee_status": FeeStatus.WAIVED},
        {"fee_paying": True},
        {"fee_final_at": None, "fee_due_by": None},
    ],
    ids=["paid", "waived", "being paid", "a quote"],
)
def test_no_fee_has_to_be_paid_that_is_paid_covered_under_way_or_not_final(
    changes: dict[str, Any],
) -> None:
    assert deadlines_of(case(owing(**changes), **APPROVED)) == expected(WAYBILL, TRACE)


@pytest.mark.parametrize(
    "status",
    [
        ReturnStatus.AWAITING_MERCHANT_RECEIPT,
        ReturnStatus.SUCCEEDED,
        ReturnStatus.CLOSED,
    ],
)
def test_a_fee_stays_to_be_paid_when_the_goods_have_gone_on(status: ReturnStatus) -> None:
    kinds = {one.what for one in deadlines_of(case(owing(), **AWAY | {"status": status}))}
    assert DeadlineKind.PICKUP_FEE in kinds


def test_a_payment_that_failed_is_tried_again() -> None:
    at = "2026-01-15T16:00"
    ended = AWAY | {"status": ReturnStatus.SUCCEEDED}
    refund = {"advance": AdvanceStatus.NONE, "retry_at": shanghai(at)}
    assert deadlines_of(case(refund=refund, **ended)) == expected(("REFUND_RETRY", at))


def test_a_deadline_that_was_missed_counts_no_more() -> None:
    late = missed(DeadlineKind.COURIER_ARRIVAL, ARRIVAL[1])
    accepted = pickup(PickupStatus.ACCEPTED)
    assert deadlines_of(case(accepted, late, **APPROVED)) == expected(LATE, SHIP_BACK)


def test_a_deadline_that_moved_after_it_was_missed_counts_again() -> None:
    """A pickup of another day: its courier can be late anew."""
    late = missed(DeadlineKind.COURIER_ARRIVAL, ARRIVAL[1])
    again = pickup(PickupStatus.ACCEPTED, ends_at=shanghai("2026-01-05T13:00"))
    arrival = ("COURIER_ARRIVAL", "2026-01-05T13:00")
    no_show = ("LATE_COURIER", "2026-01-05T13:30")
    assert deadlines_of(case(again, late, **APPROVED)) == expected(arrival, no_show, SHIP_BACK)


def test_days_on_which_no_courier_comes_are_not_the_shoppers_time() -> None:
    """Spring Festival 2027 is from 6 to 8 February."""
    approved = APPROVED | {"approved_at": shanghai("2027-02-05T10:00")}
    assert deadlines_of(case(**approved)) == expected(("SHIP_BACK", "2027-02-15T10:00"))
