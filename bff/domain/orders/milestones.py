"""When an order's goods left and when they were received: what is known, and what is reported."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from bff.core.clock import rfc3339
from bff.core.validation import FieldError
from bff.domain.orders.model import Order, OrderStatus


class Milestones(Struct, frozen=True, gc=False):
    """None: not known, or not reported."""

    shipped_at: datetime | None = None
    received_at: datetime | None = None


def merge(order: Order, reported: Milestones) -> Milestones:
    """What is known once `reported`, which has no `contradictions`, is believed (P1, P3).

    What was received was shipped, at the latest then.
    """
    received_at = order.received_at or reported.received_at
    return Milestones(reported.shipped_at or order.shipped_at or received_at, received_at)


def contradictions(order: Order, reported: Milestones) -> Iterator[FieldError]:
    """By the fields of an order's record. An older report that lacks a milestone has none."""
    merged = merge(order, reported)
    shipped_at, received_at = merged.shipped_at, merged.received_at
    if order.status is OrderStatus.CLOSED and reported.shipped_at and not received_at:
        yield FieldError("shipped_at", closed_expectation(order))
    elif order.shipped_at and shipped_at != order.shipped_at and not _is_implied(order):
        yield _known(order, "shipped_at", order.shipped_at)
    elif shipped_at and shipped_at < order.paid_at:
        field = "shipped_at" if reported.shipped_at else "delivered_at"
        moment = rfc3339(order.paid_at)
        yield FieldError(field, f"a moment not before {moment}, when the order was paid")
    elif shipped_at and received_at and received_at < shipped_at:
        if order.received_at:
            moment = rfc3339(received_at)
            expected = f"a moment not after {moment}, when the goods were received"
            yield FieldError("shipped_at", expected)
        else:
            moment = rfc3339(shipped_at)
            expected = f"a moment not before {moment}, when the goods were shipped"
            yield FieldError("delivered_at", expected)
    if order.received_at and reported.received_at not in (None, order.received_at):
        yield _known(order, "delivered_at", order.received_at)


def closed_expectation(order: Order) -> str:
    """For who reports that a closed order is shipped; one that is received has arrived (P1)."""
    moment = rfc3339(order.refunded_at or order.paid_at)
    return f"no shipping: all of order {order.number} was refunded at {moment}; do not ship it"


def _is_implied(order: Order) -> bool:
    """Whether the shipping is known from the receipt alone: the true moment may be earlier."""
    return order.shipped_at == order.received_at


def _known(order: Order, field: str, moment: datetime) -> FieldError:
    return FieldError(field, f"{rfc3339(moment)}, as is known of order {order.number}")
