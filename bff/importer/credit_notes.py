"""Keeping credit notes: what was returned, and which purchase it matches."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from bff.core.validation import FieldError
from bff.db.bulk import insert_all, read_all
from bff.db.connection import Connection
from bff.db.sqlite import among
from bff.db.statements import prepare
from bff.db.tables import credit_notes
from bff.db.transaction import Tx
from bff.domain.orders.model import LineHold, Order, OrderLine, shopper_id
from bff.domain.orders.parties import keep_shoppers
from bff.domain.orders.store import hold, lines_by_id, orders_by_id
from bff.importer.credit_entries import CreditEntry, sort_credits
from bff.importer.errors import LineError
from bff.importer.reader import Placed
from bff.importer.records import CreditRecord

_credited = prepare(
    select(credit_notes.c.order_line_id, func.sum(credit_notes.c.quantity))
    .where(among(credit_notes.c.order_line_id, "keys"))
    .group_by(credit_notes.c.order_line_id)
)


@dataclass(frozen=True, slots=True)
class KeptCredits:
    """`known`: how many were there already; `shoppers`: how many of theirs were not."""

    new: list[CreditRecord]
    known: int
    shoppers: int
    refused: list[LineError]


async def keep_credits(tx: Tx, placed: Sequence[Placed[CreditRecord]]) -> KeptCredits:
    """Refused are those that contradict a known note, or name a purchase which is not there, not
    theirs, or returned already.
    """
    found = await sort_credits(tx, placed)
    kept, refused = await _match(tx, found.new)
    records = [each.record for each in kept]
    shoppers = await keep_shoppers(tx, [], [record.shopper_no for record in records])
    await insert_all(tx, credit_notes, [each.row for each in kept])
    holds = [
        LineHold(each.line_id, each.record.quantity, each.record.refunded_minor)
        for each in kept
        if each.line_id
    ]
    await hold(tx, holds)
    return KeptCredits(records, len(found.known), shoppers, [*found.refused, *refused])


async def _match(tx: Tx, new: Sequence[CreditEntry]) -> tuple[list[CreditEntry], list[LineError]]:
    keys = sorted({each.line_id for each in new if each.line_id})
    lines = await read_all(lines_by_id, tx, keys)
    orders = await read_all(orders_by_id, tx, sorted({line.order_id for line in lines.values()}))
    credited = Counter[str | None](await read_all(_credited_quantities, tx, keys))
    kept, refused = [], []
    for each in new:
        if each.line_id is None:
            kept.append(each)
        elif errors := list(
            _purchase_errors(each.record, lines.get(each.line_id), orders, credited)
        ):
            refused += [each.placed.error(error) for error in errors]
        else:
            kept.append(each)
            credited[each.line_id] += each.record.quantity
    return kept, refused


def _purchase_errors(
    record: CreditRecord,
    line: OrderLine | None,
    orders: Mapping[str, Order],
    credited: Mapping[str | None, int],
) -> Iterator[FieldError]:
    if line is None:
        expected = f"a line that was bought; order {record.order_no} has no such line"
        yield FieldError("line_no", expected)
        return
    yield from _mismatches(record, line, orders[line.order_id])
    left = line.quantity - credited[line.id]
    if record.quantity > left:
        expected = f"at most {left}, which is what is left of the {line.quantity} bought"
        yield FieldError("quantity", expected)


def _mismatches(record: CreditRecord, line: OrderLine, order: Order) -> Iterator[FieldError]:
    there = f"as in order {order.number}"
    if shopper_id(record.shopper_no) != order.shopper_id:
        yield FieldError("shopper_no", f"the shopper who bought, {there}")
    if record.sku != line.sku:
        yield FieldError("sku", f"{line.sku}, {there}")
    if record.currency != order.currency:
        yield FieldError("currency", f"{order.currency}, {there}")
    if record.returned_at < order.paid_at:
        yield FieldError("returned_at", f"a moment not before order {order.number} was paid")


async def _credited_quantities(connection: Connection, keys: Sequence[str]) -> dict[str, int]:
    return dict((await connection.execute(_credited, {"keys": keys})).all())
