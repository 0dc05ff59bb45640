"""Keeping credit notes: what was returned, and which purchase it matches."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import func, select

from bff.core.validation import FieldError
from bff.db.bulk import insert_all, read_all
from bff.db.connection import Connection
from bff.db.sqlite import among
from bff.db.statements import prepare
from bff.db.tables import credit_notes
from bff.db.transaction import Tx
from bff.domain.orders.model import LineHold, Order, OrderLine, line_id, order_id, shopper_id
from bff.domain.orders.store import hold, lines_by_id, orders_by_id
from bff.importer.errors import LineError
from bff.importer.reader import Placed
from bff.importer.records import CreditRecord

Key = tuple[str, str, int]
Row = dict[str, Any]

_notes = prepare(select(credit_notes).where(among(credit_notes.c.number, "keys")))
_credited = prepare(
    select(credit_notes.c.order_line_id, func.sum(credit_notes.c.quantity))
    .where(among(credit_notes.c.order_line_id, "keys"))
    .group_by(credit_notes.c.order_line_id)
)


def by_key(records: Sequence[Placed[CreditRecord]]) -> dict[Key, Placed[CreditRecord]]:
    """By note, sku and entry: the same sku may stand on a note more than once."""
    entries: Counter[tuple[str, str]] = Counter()
    numbered = {}
    for each in records:
        key = (each.record.credit_note, each.record.sku)
        entries[key] += 1
        numbered[(*key, entries[key])] = each
    return numbered


def row_of(key: Key, record: CreditRecord) -> Row:
    number, sku, entry = key
    return {
        "number": number,
        "sku": sku,
        "entry": entry,
        "shopper_id": shopper_id(record.shopper_no),
        "order_line_id": purchase_line_id(record),
        "quantity": record.quantity,
        "refunded_minor": record.refunded_minor,
        "currency": record.currency,
        "returned_at": record.returned_at,
    }


def purchase_line_id(record: CreditRecord) -> str | None:
    if record.order_no is None or record.line_no is None:
        return None
    return line_id(order_id(record.order_no), record.line_no)


async def stored_credits(tx: Tx, records: Sequence[Placed[CreditRecord]]) -> dict[Key, Row]:
    """What is stored of the notes that `records` name."""
    numbers = sorted({each.record.credit_note for each in records})
    by_note = await read_all(_rows_by_note, tx, numbers)
    rows = [row for rows in by_note.values() for row in rows]
    return {(row["number"], row["sku"], row["entry"]): row for row in rows}


async def _rows_by_note(connection: Connection, keys: Sequence[str]) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = {key: [] for key in keys}
    for row in (await connection.execute(_notes, {"keys": keys})).mappings():
        rows[row["number"]].append(row)
    return rows


def credit_contradictions(
    records: dict[Key, Placed[CreditRecord]], stored: dict[Key, Row]
) -> Iterator[LineError]:
    for key, each in records.items():
        if key in stored and stored[key] != row_of(key, each.record):
            note = f"{key[0]}, sku {key[1]}"
            expected = f"a new one; {note} is known with another content"
            yield each.error(FieldError("credit_note", expected))


async def credit_errors(tx: Tx, new: Sequence[Placed[CreditRecord]]) -> list[LineError]:
    """Those that name a purchase which is not there, not theirs, or returned already."""
    keys = sorted({key for each in new if (key := purchase_line_id(each.record))})
    lines = await read_all(lines_by_id, tx, keys)
    orders = await read_all(orders_by_id, tx, sorted({line.order_id for line in lines.values()}))
    credited = Counter(await read_all(_credited_quantities, tx, keys))
    return [
        each.error(error)
        for each in new
        if (key := purchase_line_id(each.record))
        for error in _purchase_errors(each.record, lines.get(key), orders, credited)
    ]


def _purchase_errors(
    record: CreditRecord,
    line: OrderLine | None,
    orders: dict[str, Order],
    credited: Counter[str],
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
    credited[line.id] += record.quantity


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


async def add_credits(tx: Tx, new: dict[Key, CreditRecord]) -> None:
    await insert_all(tx, credit_notes, [row_of(key, record) for key, record in new.items()])
    taken = [
        LineHold(line_id, record.quantity, record.refunded_minor)
        for record in new.values()
        if (line_id := purchase_line_id(record))
    ]
    await hold(tx, taken)
