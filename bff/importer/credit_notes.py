"""Keeping credit notes: what was returned, and which purchase it matches."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bff.core.text import is_same
from bff.core.validation import FieldError
from bff.db.bulk import insert_all, read_all, read_owned
from bff.db.lookups import owners_of_orders
from bff.db.tables import credit_notes, credited_returns
from bff.db.transaction import Tx
from bff.domain.orders.model import LineHold, Order, OrderLine, order_id, shopper_id
from bff.domain.orders.parties import keep_shoppers
from bff.domain.orders.store import hold, lines_of_several, orders_of_several
from bff.domain.returns.credits import Credit, Creditable, Pieces, assign, creditable_by_line
from bff.importer.credit_entries import CreditEntry, sort_credits
from bff.importer.errors import LineError
from bff.importer.reader import Placed
from bff.importer.records import CreditRecord


@dataclass(frozen=True, slots=True)
class KeptCredits:
    """`known`: how many were there already; `shoppers`: how many of theirs were not."""

    new: list[CreditRecord]
    known: int
    shoppers: int
    refused: list[LineError]


@dataclass(slots=True)
class _Purchase:
    """A line that was bought: how many pieces nothing holds yet, and what came back here."""

    line: OrderLine
    order: Order
    left: int
    returns: Sequence[Creditable]

    def shared_with(self, record: CreditRecord) -> dict[str, Pieces]:
        """By return that was made here, what the record credits of it."""
        credit = Credit(record.quantity, record.refunded_minor, record.returned_at)
        return assign(credit, self.returns, self.left)

    def errors(self, record: CreditRecord, shared: int) -> Iterator[FieldError]:
        """`shared`: pieces that are held already."""
        yield from _mismatches(record, self.line, self.order)
        left = self.left + shared
        if record.quantity > left:
            expected = f"at most {left}, which is what is left of the {self.line.quantity} bought"
            yield FieldError("quantity", expected)

    def take(self, record: CreditRecord, shared: Mapping[str, Pieces]) -> LineHold:
        """What the record holds by itself."""
        for one in self.returns:
            one.quantity -= shared[one.id].quantity if one.id in shared else 0
        quantity = record.quantity - _pieces(shared)
        minor = record.refunded_minor - sum(each.minor for each in shared.values())
        self.left -= quantity
        return LineHold(self.order.shopper_id, self.line.id, quantity, minor)


@dataclass(frozen=True, slots=True)
class _Matched:
    """What is kept of the new lines; `shared` are rows of what returns hold already."""

    kept: list[CreditEntry] = field(default_factory=list)
    holds: list[LineHold] = field(default_factory=list)
    shared: list[dict[str, Any]] = field(default_factory=list)
    refused: list[LineError] = field(default_factory=list)


async def keep_credits(tx: Tx, placed: Sequence[Placed[CreditRecord]]) -> KeptCredits:
    """Refused are those that contradict a known note, or name a purchase which is not there, not
    theirs, or returned already. What came back in a return that was made here counts once (P3).
    """
    found = await sort_credits(tx, placed)
    matched = _match(found.new, await _purchases(tx, found.new))
    records = [each.record for each in matched.kept]
    shoppers = await keep_shoppers(tx, [], [record.shopper_no for record in records])
    await insert_all(tx, credit_notes, [each.row for each in matched.kept])
    await insert_all(tx, credited_returns, matched.shared)
    await hold(tx, matched.holds)
    return KeptCredits(records, len(found.known), shoppers, [*found.refused, *matched.refused])


async def _purchases(tx: Tx, new: Sequence[CreditEntry]) -> dict[str, _Purchase]:
    """By line."""
    keys = {each.line_id for each in new if each.line_id}
    order_ids = {order_id(each.record.order_no) for each in new if each.record.order_no}
    owners = await read_all(owners_of_orders, tx, sorted(order_ids))
    orders = await read_owned(orders_of_several, tx, owners)
    known = await read_owned(lines_of_several, tx, owners)
    lines = {line.id: line for each in known.values() for line in each if line.id in keys}
    bought_by = {key: owners[line.order_id] for key, line in lines.items()}
    returns = await read_owned(creditable_by_line, tx, bought_by)
    return {
        key: _Purchase(line, orders[line.order_id], line.left, returns[key])
        for key, line in lines.items()
    }


def _match(new: Sequence[CreditEntry], purchases: Mapping[str, _Purchase]) -> _Matched:
    matched = _Matched()
    for each in new:
        record = each.record
        purchase = purchases.get(each.line_id) if each.line_id else None
        shared = purchase.shared_with(record) if purchase else {}
        if purchase:
            errors = list(purchase.errors(record, _pieces(shared)))
        else:
            errors = list(_unknown_purchase(record))
        matched.refused.extend(map(each.placed.error, errors))
        if errors:
            continue
        matched.kept.append(each)
        if purchase:
            matched.holds.append(purchase.take(record, shared))
            matched.shared.extend(_row(each, *pair) for pair in shared.items())
    return matched


def _pieces(shared: Mapping[str, Pieces]) -> int:
    return sum(pieces.quantity for pieces in shared.values())


def _row(entry: CreditEntry, return_id: str, pieces: Pieces) -> dict[str, Any]:
    amounts = {"quantity": pieces.quantity, "refunded_minor": pieces.minor}
    of = {"shopper_id": shopper_id(entry.record.shopper_no), "return_id": return_id}
    return entry.key | of | amounts


def _unknown_purchase(record: CreditRecord) -> Iterator[FieldError]:
    if record.order_no is not None:
        expected = f"a line that was bought; order {record.order_no} has no such line"
        yield FieldError("line_no", expected)


def _mismatches(record: CreditRecord, line: OrderLine, order: Order) -> Iterator[FieldError]:
    there = f"as in order {order.number}"
    if shopper_id(record.shopper_no) != order.shopper_id:
        yield FieldError("shopper_no", f"the shopper who bought, {there}")
    if not is_same(record.sku, line.sku):
        yield FieldError("sku", f"{line.sku}, {there}")
    if record.currency != order.currency:
        yield FieldError("currency", f"{order.currency}, {there}")
    if record.returned_at < order.paid_at:
        yield FieldError("returned_at", f"a moment not before order {order.number} was paid")
