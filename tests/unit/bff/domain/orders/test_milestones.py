"""What is known of an order, and what is reported, become one (P1, P3)."""

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from bff.domain.orders.milestones import Milestones, contradictions, merge
from bff.domain.orders.model import Order
from tests.support.models import ORDER

PAID = replace(ORDER, received_at=None, shipped_at=None)
AT = PAID.paid_at
HOUR = timedelta(hours=1)
CLOSED = replace(PAID, refunded_at=AT + HOUR)
SHIPPED = replace(PAID, shipped_at=AT + HOUR)
RECEIVED = replace(SHIPPED, received_at=AT + 3 * HOUR)
ONLY_RECEIVED = replace(PAID, shipped_at=AT + 3 * HOUR, received_at=AT + 3 * HOUR)


def after(hours: int | None) -> datetime | None:
    return None if hours is None else AT + hours * HOUR


@pytest.mark.parametrize(
    ("order", "reported", "merged"),
    [
        (PAID, (None, None), (None, None)),
        (PAID, (1, None), (1, None)),
        (PAID, (1, 3), (1, 3)),
        (PAID, (None, 3), (3, 3)),
        (SHIPPED, (None, None), (1, None)),
        (SHIPPED, (1, 2), (1, 2)),
        (SHIPPED, (None, 1), (1, 1)),
        (RECEIVED, (None, None), (1, 3)),
        (RECEIVED, (1, 3), (1, 3)),
        (ONLY_RECEIVED, (2, None), (2, 3)),
        (ONLY_RECEIVED, (3, 3), (3, 3)),
        (ONLY_RECEIVED, (None, 3), (3, 3)),
        (CLOSED, (None, None), (None, None)),
        (CLOSED, (None, 3), (3, 3)),
        (CLOSED, (2, 3), (2, 3)),
    ],
)
def test_what_is_not_known_yet_is_taken(
    order: Order, reported: tuple[int | None, int | None], merged: tuple[int | None, int | None]
) -> None:
    milestones = Milestones(*map(after, reported))
    assert [*contradictions(order, milestones)] == []
    assert merge(order, milestones) == Milestones(*map(after, merged))


@pytest.mark.parametrize(
    ("order", "reported", "fields"),
    [
        (PAID, (-1, None), ["shipped_at"]),
        (PAID, (None, -1), ["delivered_at"]),
        (PAID, (2, 1), ["delivered_at"]),
        (SHIPPED, (2, None), ["shipped_at"]),
        (SHIPPED, (None, 0), ["delivered_at"]),
        (RECEIVED, (1, 4), ["delivered_at"]),
        (RECEIVED, (0, 4), ["shipped_at", "delivered_at"]),
        (ONLY_RECEIVED, (4, None), ["shipped_at"]),
        (ONLY_RECEIVED, (-1, None), ["shipped_at"]),
        (CLOSED, (2, None), ["shipped_at"]),
    ],
)
def test_what_contradicts_is_named(
    order: Order, reported: tuple[int | None, int | None], fields: list[str]
) -> None:
    found = contradictions(order, Milestones(*map(after, reported)))
    assert [error.field for error in found] == fields
