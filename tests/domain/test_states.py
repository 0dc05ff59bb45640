"""What may become what, what is waited for, and who acts next."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bff.pickups.model import Pickup, PickupStatus
from bff.returns import model as returns
from bff.returns.model import (
    Deadline,
    DeadlineKind,
    NextAction,
    ReturnStatus,
    deadlines,
    next_actions,
)
from tests.domain.making import PICKUP, POLICY, RETURN, shanghai

APPROVED = replace(
    RETURN,
    status=ReturnStatus.AWAITING_RETURN_SHIPMENT,
    approved_at=shanghai("2026-01-03T10:00"),
)
SHIP_BACK = Deadline(DeadlineKind.SHIP_BACK, shanghai("2026-01-10T10:00"))
ANSWER = Deadline(DeadlineKind.COURIER_ANSWER, shanghai("2026-01-02T12:05"))
ARRIVAL = Deadline(DeadlineKind.COURIER_ARRIVAL, shanghai("2026-01-02T14:00"))


def pickup(status: PickupStatus) -> Pickup:
    return replace(PICKUP, status=status)


@pytest.mark.parametrize(
    ("changes", "kind", "at"),
    [
        ({}, DeadlineKind.MERCHANT_ANSWER, "2026-01-05T10:00"),
        (
            {
                "status": ReturnStatus.AWAITING_RETURN_SHIPMENT,
                "approved_at": shanghai("2026-01-04T10:00"),
            },
            DeadlineKind.SHIP_BACK,
            "2026-01-11T10:00",
        ),
        (
            {
                "status": ReturnStatus.AWAITING_MERCHANT_RECEIPT,
                "shipped_at": shanghai("2026-01-06T10:00"),
            },
            DeadlineKind.MERCHANT_INSPECTION,
            "2026-01-16T10:00",
        ),
    ],
)
def test_each_wait_has_its_deadline(changes: dict[str, Any], kind: DeadlineKind, at: str) -> None:
    waiting = replace(RETURN, **changes)
    assert deadlines(waiting, None, POLICY) == [Deadline(kind, shanghai(at))]


def test_the_merchant_has_72_hours() -> None:
    [answer] = deadlines(RETURN, None, POLICY)
    assert answer.at - RETURN.opened_at == timedelta(hours=72)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (PickupStatus.AWAITING_COURIER, [ANSWER, ARRIVAL, SHIP_BACK]),
        (PickupStatus.ACCEPTED, [ARRIVAL, SHIP_BACK]),
        (PickupStatus.COLLECTED, [SHIP_BACK]),
        (PickupStatus.CANCELLED, [SHIP_BACK]),
    ],
)
def test_a_pickup_adds_its_deadlines_nearest_first(
    status: PickupStatus, expected: list[Deadline]
) -> None:
    assert deadlines(APPROVED, pickup(status), POLICY) == expected


def test_the_ship_back_deadline_comes_first_where_it_is_nearer() -> None:
    late = replace(PICKUP, status=PickupStatus.ACCEPTED, ends_at=shanghai("2026-01-10T11:00"))
    told = deadlines(APPROVED, late, POLICY)
    assert [one.what for one in told] == [DeadlineKind.SHIP_BACK, DeadlineKind.COURIER_ARRIVAL]


ENDED = [ReturnStatus.CLOSED, ReturnStatus.SUCCEEDED, ReturnStatus.MERCHANT_REFUSED]


@pytest.mark.parametrize("status", ENDED)
def test_what_has_ended_waits_for_nothing(status: ReturnStatus) -> None:
    ended = replace(APPROVED, status=status)
    assert deadlines(ended, PICKUP, POLICY) == []
    assert next_actions(ended, PICKUP, POLICY, pickup_offered=True) == []


def actions(
    opened: returns.Return, pickup: Pickup | None = None, *, offered: bool = True
) -> list[tuple[str, str, datetime | None]]:
    told: list[NextAction] = next_actions(opened, pickup, POLICY, offered)
    return [(str(one.code), str(one.actor), one.by) for one in told]


def test_before_approval_the_merchant_acts_and_the_shopper_may_cancel() -> None:
    assert actions(RETURN) == [
        ("WAIT_FOR_MERCHANT", "MERCHANT", shanghai("2026-01-05T10:00")),
        ("CANCEL_RETURN", "SHOPPER", None),
    ]


@pytest.mark.parametrize("known", [None, pickup(PickupStatus.CANCELLED)])
def test_an_approved_return_can_be_picked_up_or_sent(known: Pickup | None) -> None:
    expected = [
        ("BOOK_PICKUP", "SHOPPER", SHIP_BACK.at),
        ("SUBMIT_WAYBILL", "SHOPPER", SHIP_BACK.at),
        ("CANCEL_RETURN", "SHOPPER", None),
    ]
    assert actions(APPROVED, known) == expected
    assert actions(APPROVED, known, offered=False) == expected[1:]


@pytest.mark.parametrize(
    ("status", "first"),
    [
        (PickupStatus.AWAITING_COURIER, ("WAIT_FOR_COURIER", "COURIER", ANSWER.at)),
        (PickupStatus.ACCEPTED, ("HAND_OVER_GOODS", "SHOPPER", ARRIVAL.at)),
    ],
)
def test_a_courier_on_the_way_can_be_called_off(
    status: PickupStatus, first: tuple[str, str, datetime]
) -> None:
    assert actions(APPROVED, pickup(status)) == [
        first,
        ("SUBMIT_WAYBILL", "SHOPPER", SHIP_BACK.at),
        ("CANCEL_PICKUP", "SHOPPER", None),
        ("CANCEL_RETURN", "SHOPPER", None),
    ]


def test_once_collected_nothing_can_be_called_off() -> None:
    assert actions(APPROVED, pickup(PickupStatus.COLLECTED)) == [
        ("WAIT_FOR_WAYBILL", "COURIER", SHIP_BACK.at),
        ("SUBMIT_WAYBILL", "SHOPPER", SHIP_BACK.at),
    ]


def test_on_the_way_back_the_merchant_acts() -> None:
    away = replace(
        APPROVED,
        status=ReturnStatus.AWAITING_MERCHANT_RECEIPT,
        shipped_at=shanghai("2026-01-04T10:00"),
    )
    assert actions(away, pickup(PickupStatus.COLLECTED)) == [
        ("WAIT_FOR_MERCHANT_RECEIPT", "MERCHANT", shanghai("2026-01-14T10:00"))
    ]
