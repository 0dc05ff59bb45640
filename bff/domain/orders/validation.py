"""What holds between the fields of one order."""

from collections.abc import Iterator
from datetime import datetime

from bff.core.clock import rfc3339
from bff.core.money import MAX_MINOR
from bff.core.validation import FieldError
from bff.domain.orders.records import LINES, MAX_LINES, OrderRecord

MOMENTS = ("paid_at", "shipped_at", "delivered_at")


def order_errors(order: OrderRecord) -> Iterator[FieldError]:
    """Everything wrong that can be seen without the database."""
    yield from _moment_errors(order)
    yield from _line_errors(order)
    total = sum(line.paid_minor for line in order.lines)
    if total > MAX_MINOR:
        yield FieldError("lines", f"paid_minor of all lines to add up to at most {MAX_MINOR:,}")
    if order.discount_minor > total:
        yield FieldError("discount_minor", f"at most {total}, which is what the lines cost")


def future_errors(order: OrderRecord, latest: datetime) -> Iterator[FieldError]:
    """Moments after `latest`, which have not come yet."""
    for name in MOMENTS:
        moment = getattr(order, name)
        if moment and moment > latest:
            yield FieldError(name, f"a moment that has come: not after {rfc3339(latest)}")


def erased_error(shopper_no: str) -> FieldError:
    """Who comes back after an erasure has another number."""
    return FieldError("shopper_no", f"a shopper who is here: {shopper_no} was erased")


def _moment_errors(order: OrderRecord) -> Iterator[FieldError]:
    """Goods that were received were shipped: a receipt alone is enough (P1)."""
    left_at = order.shipped_at or order.paid_at
    if order.shipped_at and order.shipped_at < order.paid_at:
        yield FieldError("shipped_at", "a moment not before paid_at")
    if order.delivered_at and order.delivered_at < left_at:
        before = "shipped_at" if order.shipped_at else "paid_at"
        yield FieldError("delivered_at", f"a moment not before {before}")


def _line_errors(order: OrderRecord) -> Iterator[FieldError]:
    if not 1 <= len(order.lines) <= MAX_LINES:
        yield FieldError("lines", LINES)
    numbers: set[int] = set()
    for index, line in enumerate(order.lines):
        if line.line_no in numbers:
            expected = f"each once in the order; {line.line_no} is repeated"
            yield FieldError(f"lines[{index}].line_no", expected)
        numbers.add(line.line_no)
        # A piece may cost a part of a minor unit more than its price says.
        most = line.quantity * (line.unit_price_minor + 1) - 1
        if line.paid_minor > most:
            expected = f"at most {most}, less than quantity times (unit_price_minor + 1)"
            yield FieldError(f"lines[{index}].paid_minor", expected)
