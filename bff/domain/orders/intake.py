"""Keeping orders, whichever way they come: what is known of one counts once (P3)."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import asdict

from bff.core.clock import rfc3339
from bff.core.text import is_same
from bff.core.validation import FieldError
from bff.db.bulk import insert_all, read_all, read_owned
from bff.db.lookups import owners_of_orders
from bff.db.tables import order_lines, orders
from bff.db.transaction import Tx
from bff.domain.orders.milestones import Milestones, contradictions
from bff.domain.orders.model import Order, OrderLine, merchant_id, order_id, shopper_id
from bff.domain.orders.records import LineRecord, OrderRecord, lines_of, order_of
from bff.domain.orders.store import lines_of_several, orders_of_several
from bff.domain.policy.model import Policy, in_force
from bff.jobs import received_events

StoredOrders = Mapping[str, tuple[Order, list[OrderLine]]]
LINE_FIELDS = [name for name in LineRecord.model_fields if name != "line_no"]


async def stored_orders(tx: Tx, records: Sequence[OrderRecord]) -> StoredOrders:
    """What is stored under the numbers of `records`, by id."""
    keys = [order_id(record.order_no) for record in records]
    owners = await read_all(owners_of_orders, tx, keys)
    stored = await read_owned(orders_of_several, tx, owners)
    lines = await read_owned(lines_of_several, tx, owners)
    return {key: (order, lines[key]) for key, order in stored.items()}


def milestones_of(record: OrderRecord) -> Milestones:
    return Milestones(record.shipped_at, record.delivered_at)


def order_differences(
    record: OrderRecord, order: Order, lines: Sequence[OrderLine]
) -> Iterator[FieldError]:
    """Where the record contradicts the order that is stored: what would be the same.

    What is newer in the record is no difference, nor is a milestone that it lacks.
    """
    known = f", as is known of order {order.number}"
    if shopper_id(record.shopper_no) != order.shopper_id:
        yield FieldError("shopper_no", f"the shopper who bought{known}")
    if merchant_id(record.merchant_no) != order.merchant_id:
        yield FieldError("merchant_no", f"the merchant who sold{known}")
    if record.currency != order.currency:
        yield FieldError("currency", f"{order.currency}{known}")
    if record.paid_at != order.paid_at:
        yield FieldError("paid_at", f"{rfc3339(order.paid_at)}{known}")
    else:
        yield from contradictions(order, milestones_of(record))
    yield from _line_differences(record, {line.line_no: line for line in lines}, known)


def _line_differences(
    record: OrderRecord, stored: Mapping[int, OrderLine], known: str
) -> Iterator[FieldError]:
    """A line's `paid_minor` is compared after its share of the discount."""
    places = {line.line_no: place for place, line in enumerate(record.lines)}
    if missing := sorted(stored.keys() - places.keys()):
        yield FieldError("lines", f"line {', '.join(map(str, missing))} too{known}")
    for line in lines_of(record):
        place = f"lines[{places[line.line_no]}]"
        same = stored.get(line.line_no)
        if same is None:
            numbers = ", ".join(map(str, stored))
            yield FieldError(f"{place}.line_no", f"one of {numbers}{known}")
            continue
        for name in LINE_FIELDS:
            if not is_same(getattr(line, name), getattr(same, name)):
                after = ", after the discount" if name == "paid_minor" else ""
                yield FieldError(f"{place}.{name}", f"{getattr(same, name)}{after}{known}")


async def add_orders(tx: Tx, new: Sequence[OrderRecord], versions: list[Policy]) -> None:
    """Shoppers and merchants must be there. An order goes by the policy in force when paid.

    What was reported of them before they were known is tried again.
    """
    rows = [order_of(record, in_force(versions, record.paid_at).version) for record in new]
    await insert_all(tx, orders, [asdict(order) for order in rows])
    lines = [
        {"shopper_id": shopper_id(record.shopper_no), **asdict(line)}
        for record in new
        for line in lines_of(record)
    ]
    for line in lines:
        del line["id"]  # it follows from order_id and line_no
    await insert_all(tx, order_lines, lines)
    await received_events.adopt(tx, [order.id for order in rows])
