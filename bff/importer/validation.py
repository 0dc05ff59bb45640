"""What holds between the fields of a line, and between the lines of a file."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bff.core.validation import FieldError
from bff.domain.orders.records import MerchantRecord, OrderRecord
from bff.domain.orders.validation import order_errors
from bff.importer.errors import LineError
from bff.importer.reader import Placed, R
from bff.importer.records import CreditRecord


@dataclass(frozen=True, slots=True)
class ImportBatch:
    """What is imported together: all of it or nothing."""

    orders: Sequence[Placed[OrderRecord]] = ()
    returns: Sequence[Placed[CreditRecord]] = ()
    merchants: Sequence[Placed[MerchantRecord]] = ()


def batch_errors(batch: ImportBatch) -> Iterator[LineError]:
    """Everything wrong that can be seen without the database."""
    yield from _repetitions(batch.merchants, "merchant_no", lambda record: record.merchant_no)
    for order in batch.orders:
        for error in order_errors(order.record):
            yield order.error(error)
    yield from _repetitions(batch.orders, "order_no", lambda record: record.order_no)
    for credit in batch.returns:
        if (credit.record.order_no is None) != (credit.record.line_no is None):
            yield credit.error(FieldError("line_no", "with order_no: both given or both null"))


def _repetitions(
    placed: Sequence[Placed[R]], field: str, key: Callable[[R], str]
) -> Iterator[LineError]:
    first: dict[str, int] = {}
    for each in placed:
        number = key(each.record)
        if number in first:
            expected = f"each once; {number} is on line {first[number]} already"
            yield each.error(FieldError(field, expected))
        first.setdefault(number, each.line)
