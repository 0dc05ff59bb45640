"""Keeping orders. One that is known already must be the same, and is passed over."""

from collections.abc import Iterator, Sequence

from msgspec.structs import asdict, replace

from bff.db.database import Tx
from bff.db.tables import order_lines, orders
from bff.domain.orders.model import Order, OrderLine
from bff.domain.orders.store import lines_by_order, orders_by_id
from bff.domain.policy.model import Policy, in_force
from bff.importer.bulk import insert_all, read_all
from bff.importer.errors import BadLine
from bff.importer.reader import Placed
from bff.importer.records import OrderRecord
from bff.importer.rows import lines_of, order_id, order_of

Known = dict[str, tuple[Order, list[OrderLine]]]


async def known_orders(tx: Tx, records: Sequence[Placed[OrderRecord]]) -> Known:
    """What is stored under the numbers of `records`, by id."""
    ids = [order_id(each.record.order_no) for each in records]
    stored = await read_all(orders_by_id, tx, ids)
    lines = await read_all(lines_by_order, tx, list(stored))
    return {key: (order, lines[key]) for key, order in stored.items()}


def changed_orders(records: Sequence[Placed[OrderRecord]], known: Known) -> Iterator[BadLine]:
    for each in records:
        number = each.record.order_no
        stored = known.get(order_id(number))
        if stored and not _same(each.record, *stored):
            yield each.bad("order_no", f"a new one; order {number} is known with another content")


def _same(record: OrderRecord, order: Order, lines: list[OrderLine]) -> bool:
    """Whatever the version of the policy: a known order keeps its own."""
    bought = [replace(line, held_quantity=0, held_minor=0) for line in lines]
    return (order_of(record, order.policy_version), lines_of(record)) == (order, bought)


async def add_orders(tx: Tx, new: Sequence[OrderRecord], versions: list[Policy]) -> None:
    """Shoppers and merchants must be there. An order goes by the policy in force when paid."""
    rows = [order_of(record, in_force(versions, record.paid_at).version) for record in new]
    await insert_all(tx, orders, [asdict(order) for order in rows])
    lines = [line for record in new for line in lines_of(record)]
    await insert_all(tx, order_lines, [_row(line) for line in lines])


def _row(line: OrderLine) -> dict[str, object]:
    """Its id follows from its number."""
    row = asdict(line)
    del row["id"]
    return row
