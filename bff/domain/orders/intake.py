"""Keeping orders. A stored one must come again with the same content, and is passed over."""

from collections.abc import Mapping, Sequence

from msgspec.structs import asdict, replace

from bff.core.validation import FieldError
from bff.db.bulk import insert_all, read_all
from bff.db.tables import order_lines, orders
from bff.db.transaction import Tx
from bff.domain.orders.model import Order, OrderLine, order_id
from bff.domain.orders.records import OrderRecord, lines_of, order_of
from bff.domain.orders.store import lines_by_order, orders_by_id
from bff.domain.policy.model import Policy, in_force
from bff.jobs import received_events

StoredOrders = Mapping[str, tuple[Order, list[OrderLine]]]


async def stored_orders(tx: Tx, records: Sequence[OrderRecord]) -> StoredOrders:
    """What is stored under the numbers of `records`, by id."""
    stored = await read_all(orders_by_id, tx, [order_id(record.order_no) for record in records])
    lines = await read_all(lines_by_order, tx, list(stored))
    return {key: (order, lines[key]) for key, order in stored.items()}


def contradiction(record: OrderRecord, stored: StoredOrders) -> FieldError | None:
    """An error where the order is stored with another content."""
    number = record.order_no
    if order_id(number) not in stored or _same(record, *stored[order_id(number)]):
        return None
    return FieldError("order_no", f"a new one; order {number} is known with another content")


def _same(record: OrderRecord, order: Order, lines: list[OrderLine]) -> bool:
    """Whatever the version of the policy: a stored order keeps its own."""
    bought = [replace(line, held_quantity=0, held_minor=0) for line in lines]
    return (order_of(record, order.policy_version), lines_of(record)) == (order, bought)


async def add_orders(tx: Tx, new: Sequence[OrderRecord], versions: list[Policy]) -> None:
    """Shoppers and merchants must be there. An order goes by the policy in force when paid.

    What was reported of them before they were known is tried again.
    """
    rows = [order_of(record, in_force(versions, record.paid_at).version) for record in new]
    await insert_all(tx, orders, [asdict(order) for order in rows])
    lines = [asdict(line) for record in new for line in lines_of(record)]
    for line in lines:
        del line["id"]  # it follows from order_id and line_no
    await insert_all(tx, order_lines, lines)
    await received_events.try_again(tx, [order.id for order in rows])
