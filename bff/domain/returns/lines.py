"""Lines that were bought, as returns see them."""

from typing import NamedTuple

from sqlalchemy import and_, bindparam, select

from bff.db.connection import Connection
from bff.db.elements import of_owner, same_shopper
from bff.db.row_mapping import ModelColumns
from bff.db.statements import prepare_joined
from bff.db.tables import merchants, order_lines, orders, star_changes
from bff.domain.orders.model import Merchant, Order, OrderLine, parse_line_id
from bff.domain.orders.store import LINE_COLUMNS


class PurchasedLine(NamedTuple):
    """A line with all that decides on its return; `level` None: the shopper was never rated."""

    line: OrderLine
    order: Order
    merchant: Merchant
    level: int | None


class _Level(NamedTuple):
    level: int | None


_level = (
    select(star_changes.c.level)
    .where(star_changes.c.shopper_id == orders.c.shopper_id)
    .order_by(star_changes.c.seq.desc())
    .limit(1)
    .scalar_subquery()
    .label("level")
)
_purchased = prepare_joined(
    [
        ModelColumns(OrderLine, LINE_COLUMNS),
        ModelColumns(Order, orders.c),
        ModelColumns(Merchant, merchants.c),
        ModelColumns(_Level, [_level]),
    ],
    select(*LINE_COLUMNS, orders, merchants, _level)
    .join(orders, and_(orders.c.id == order_lines.c.order_id, same_shopper(orders, order_lines)))
    .join(merchants, merchants.c.id == orders.c.merchant_id)
    .where(
        of_owner(order_lines),
        order_lines.c.order_id == bindparam("order_id"),
        order_lines.c.line_no == bindparam("line_no"),
    ),
)


async def find_purchased_line(
    connection: Connection, shopper_id: str, line_id: str
) -> PurchasedLine | None:
    """With the level that the shopper has now."""
    if not (parsed := parse_line_id(line_id)):
        return None
    order_id, line_no = parsed
    facts = {"shopper_id": shopper_id, "order_id": order_id, "line_no": line_no}
    rows = await connection.execute(_purchased, facts)
    row = rows.first()
    if row is None:
        return None
    line, order, merchant, [level] = row
    return PurchasedLine(line, order, merchant, level)
