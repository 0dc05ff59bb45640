"""Lines of credit notes and their entries: which are known, and which contradict what is."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bff.core.clock import rfc3339
from bff.core.validation import FieldError
from bff.db.bulk import read_all
from bff.db.lookups import credits_by_note
from bff.db.transaction import Tx
from bff.domain.orders.model import line_id, order_id, shopper_id
from bff.importer.errors import LineError
from bff.importer.reader import Placed
from bff.importer.records import CreditRecord

Row = dict[str, Any]
Content = tuple[Any, ...]
CONTENT = ("shopper_id", "order_line_id", "quantity", "refunded_minor", "currency", "returned_at")
# As the record names them
FIELDS = ("shopper_no", "line_no", "quantity", "refunded_minor", "currency", "returned_at")
NAMED = {"shopper_no": "the shopper who bought", "line_no": "the purchase"}


@dataclass(frozen=True, slots=True)
class CreditEntry:
    """A line with its number: the same sku may stand on a note more than once."""

    placed: Placed[CreditRecord]
    number: int

    @property
    def record(self) -> CreditRecord:
        return self.placed.record

    @property
    def line_id(self) -> str | None:
        """Of the purchase that it names."""
        return _purchase_line_id(self.record)

    @property
    def key(self) -> Row:
        return {"number": self.record.credit_note, "sku": self.record.sku, "entry": self.number}

    @property
    def row(self) -> Row:
        return self.key | dict(zip(CONTENT, _content(self.record), strict=True))


@dataclass(frozen=True, slots=True)
class SortedCredits:
    """`new` are in the order in which the goods came back."""

    new: list[CreditEntry] = field(default_factory=list)
    known: list[CreditRecord] = field(default_factory=list)
    refused: list[LineError] = field(default_factory=list)


async def sort_credits(tx: Tx, placed: Sequence[Placed[CreditRecord]]) -> SortedCredits:
    """Entries are numbered by what they hold, behind those that are stored.

    So the sequence of the lines says nothing.
    """
    stored = await read_all(
        credits_by_note, tx, sorted({each.record.credit_note for each in placed})
    )
    groups: dict[tuple[str, str], list[Placed[CreditRecord]]] = defaultdict(list)
    for each in placed:
        groups[each.record.credit_note, each.record.sku].append(each)
    found = SortedCredits()
    for (number, sku), group in groups.items():
        _sort_group(found, group, [row for row in stored[number] if row["sku"] == sku])
    found.new.sort(key=_returned)
    return found


def _sort_group(
    found: SortedCredits, group: Sequence[Placed[CreditRecord]], rows: Sequence[Row]
) -> None:
    unmatched = Counter(tuple(row[name] for name in CONTENT) for row in rows)
    new = []
    for each in sorted(group, key=_by_content):
        content = _content(each.record)
        if unmatched[content]:
            unmatched[content] -= 1
            found.known.append(each.record)
        else:
            new.append(each)
    if unmatched.total():
        known = sorted(unmatched.elements(), key=_sortable)
        for each, content in itertools.zip_longest(new, known[: len(new)]):
            found.refused.extend(map(each.error, _differences(each.record, content)))
    else:
        numbers = itertools.count(max((row["entry"] for row in rows), default=0) + 1)
        found.new.extend(map(CreditEntry, new, numbers))


def _returned(each: CreditEntry) -> tuple[object, ...]:
    return each.record.returned_at, each.record.credit_note, each.record.sku, each.number


def _content(record: CreditRecord) -> Content:
    return (
        shopper_id(record.shopper_no),
        _purchase_line_id(record),
        record.quantity,
        record.refunded_minor,
        record.currency,
        record.returned_at,
    )


def _purchase_line_id(record: CreditRecord) -> str | None:
    if record.order_no is None or record.line_no is None:
        return None
    return line_id(order_id(record.order_no), record.line_no)


def _by_content(each: Placed[CreditRecord]) -> Content:
    return _sortable(_content(each.record))


def _sortable(content: Content) -> Content:
    """None is first."""
    return tuple((part is not None, part) for part in content)


def _differences(record: CreditRecord, known: Content | None) -> Iterator[FieldError]:
    """From a line of the same note and sku that is stored, and that stands in the file no more."""
    note = f"{record.credit_note}, sku {record.sku}"
    if known is None:
        expected = f"a new one; {note} is known with other lines"
        yield FieldError("credit_note", expected)
        return
    for field_name, own, stored in zip(FIELDS, _content(record), known, strict=True):
        if own != stored:
            yield FieldError(field_name, f"{_right(field_name, stored)}, as is known of {note}")


def _right(field_name: str, stored: object) -> str:
    if stored is None:
        return "null"
    return NAMED.get(field_name, rfc3339(stored) if isinstance(stored, datetime) else f"{stored}")
