"""What holds between the fields of a line, and between the lines of a file."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bff.importer.errors import BadLine
from bff.importer.reader import Placed, R
from bff.importer.records import LINES, MOST, MerchantRecord, OrderRecord, ReturnRecord

Problem = tuple[str, str]
MOST_LINES = 10_000


@dataclass(frozen=True, slots=True)
class Batch:
    """What is imported together: all of it or nothing."""

    orders: Sequence[Placed[OrderRecord]] = ()
    returns: Sequence[Placed[ReturnRecord]] = ()
    merchants: Sequence[Placed[MerchantRecord]] = ()


def problems(batch: Batch) -> Iterator[BadLine]:
    """Everything wrong that can be seen without the database."""
    yield from _repeated(batch.merchants, "merchant_no", lambda record: record.merchant_no)
    yield from _each(batch.orders, _order_problems)
    yield from _repeated(batch.orders, "order_no", lambda record: record.order_no)
    yield from _each(batch.returns, _return_problems)


def _each(
    placed: Sequence[Placed[R]], found: Callable[[R], Iterator[Problem]]
) -> Iterator[BadLine]:
    return (each.bad(*problem) for each in placed for problem in found(each.record))


def _repeated(
    placed: Sequence[Placed[R]], field: str, key: Callable[[R], str]
) -> Iterator[BadLine]:
    first: dict[str, int] = {}
    for each in placed:
        number = key(each.record)
        if number in first:
            yield each.bad(field, f"each once; {number} is on line {first[number]} already")
        first.setdefault(number, each.line)


def _order_problems(order: OrderRecord) -> Iterator[Problem]:
    yield from _moments(order)
    yield from _line_problems(order)
    total = sum(line.paid_minor for line in order.lines)
    if total > MOST:
        yield "lines", f"paid_minor of all lines to add up to at most {MOST:,}"
    if order.discount_minor > total:
        yield "discount_minor", f"at most {total}, which is what the lines cost"


def _moments(order: OrderRecord) -> Iterator[Problem]:
    if order.shipped_at and order.shipped_at < order.paid_at:
        yield "shipped_at", "a moment not before paid_at"
    if order.delivered_at and not order.shipped_at:
        yield "shipped_at", "a moment, as there is a delivered_at"
    if order.delivered_at and order.shipped_at and order.delivered_at < order.shipped_at:
        yield "delivered_at", "a moment not before shipped_at"


def _line_problems(order: OrderRecord) -> Iterator[Problem]:
    if not 1 <= len(order.lines) <= MOST_LINES:
        yield "lines", LINES
    seen: set[int] = set()
    for index, line in enumerate(order.lines):
        if line.line_no in seen:
            yield f"lines[{index}].line_no", f"each once in the order; {line.line_no} is repeated"
        most = line.quantity * line.unit_price_minor
        if line.paid_minor > most:
            yield f"lines[{index}].paid_minor", f"at most {most}, quantity times unit_price_minor"
        seen.add(line.line_no)


def _return_problems(credit: ReturnRecord) -> Iterator[Problem]:
    if (credit.order_no is None) != (credit.line_no is None):
        yield "line_no", "with order_no: both given or both null"
