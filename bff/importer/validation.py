"""What holds between the fields of a line, and between the lines of a file."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bff.core.clock import rfc3339
from bff.core.validation import FieldError
from bff.domain.orders.records import MerchantRecord, OrderRecord
from bff.domain.orders.validation import future_errors, order_errors
from bff.importer.errors import LineError
from bff.importer.reader import Placed, R
from bff.importer.records import CreditRecord


@dataclass(frozen=True, slots=True)
class ImportBatch:
    """What is imported together."""

    orders: Sequence[Placed[OrderRecord]] = ()
    returns: Sequence[Placed[CreditRecord]] = ()
    merchants: Sequence[Placed[MerchantRecord]] = ()


def valid_lines(batch: ImportBatch, now: datetime) -> tuple[ImportBatch, list[LineError]]:
    """The lines without an error that can be seen without the database, and all such errors."""
    orders = [
        each.error(error)
        for each in batch.orders
        for error in (*order_errors(each.record), *future_errors(each.record, now))
    ]
    single = _without(batch.orders, orders)
    known_last = _as_known_last(single)
    moved_on = [new for old, new in zip(single, known_last, strict=True) if new is not old]
    orders += [each.error(error) for each in moved_on for error in order_errors(each.record)]
    orders += _repetitions(known_last, "order_no", lambda record: record.order_no)
    merchants = [*_repetitions(batch.merchants, "merchant_no", lambda record: record.merchant_no)]
    returns = [
        each.error(error) for each in batch.returns for error in _credit_errors(each.record, now)
    ]
    right = ImportBatch(
        _without(known_last, orders),
        _without(batch.returns, returns),
        _without(batch.merchants, merchants),
    )
    return right, [*orders, *returns, *merchants]


def _as_known_last(placed: Sequence[Placed[OrderRecord]]) -> list[Placed[OrderRecord]]:
    """Each order as the newest of its lines has it: it may have moved on between them."""
    milestones: dict[str, dict[str, datetime]] = defaultdict(dict)
    for record in (each.record for each in placed):
        reported = {"shipped_at": record.shipped_at, "delivered_at": record.delivered_at}
        for name, moment in reported.items():
            if moment:
                milestones[record.order_no].setdefault(name, moment)
    return [_with_missing(each, milestones[each.record.order_no]) for each in placed]


def _with_missing(
    placed: Placed[OrderRecord], milestones: Mapping[str, datetime]
) -> Placed[OrderRecord]:
    record = placed.record
    missing = {name: at for name, at in milestones.items() if getattr(record, name) is None}
    return replace(placed, record=record.model_copy(update=missing)) if missing else placed


def _credit_errors(credit: CreditRecord, now: datetime) -> Iterator[FieldError]:
    if (credit.order_no is None) != (credit.line_no is None):
        yield FieldError("line_no", "with order_no: both given or both null")
    if credit.returned_at > now:
        yield FieldError("returned_at", f"a moment that has come: not after {rfc3339(now)}")


def _repetitions(
    placed: Sequence[Placed[R]], field: str, key: Callable[[R], str]
) -> Iterator[LineError]:
    """The same again is no error; of different ones, none is right rather than the first."""
    by_number: dict[str, list[Placed[R]]] = defaultdict(list)
    for each in placed:
        by_number[key(each.record)].append(each)
    for number, group in by_number.items():
        if any(each.record != group[0].record for each in group):
            lines = ", ".join(str(each.line) for each in group)
            for each in group:
                expected = f"each once, or always the same; {number} differs on lines {lines}"
                yield each.error(FieldError(field, expected))


def _without(placed: Sequence[Placed[R]], errors: Sequence[LineError]) -> list[Placed[R]]:
    wrong = {error.line for error in errors}
    return [each for each in placed if each.line not in wrong]
