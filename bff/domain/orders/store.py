"""Reading orders and who is in them: batch first, one statement a call."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import asdict
from sqlalchemy import (
    Integer,
    String,
    and_,
    bindparam,
    cast,
    false,
    func,
    literal,
    select,
    update,
)

from bff.core import ids
from bff.core.pages import Page, Position
from bff.db.connection import Connection, JoinResult
from bff.db.elements import Agree, among, of_owner, pair_table, same_shopper, upsert
from bff.db.pages import PageQuery
from bff.db.row_mapping import ModelColumns
from bff.db.statements import prepare, prepare_insert, prepare_joined, prepare_models
from bff.db.tables import (
    addresses,
    credit_notes,
    credited_returns,
    merchants,
    order_lines,
    orders,
    returns,
    shoppers,
)
from bff.db.transaction import Tx
from bff.db.updates import update_own
from bff.domain.orders.model import (
    PLATFORM,
    Address,
    LineHold,
    Merchant,
    Order,
    OrderLine,
    Purchases,
    ReturnAddressKey,
    Shopper,
    parse_line_id,
)
from bff.jobs import received_events

LINE_COLUMNS = [column for column in order_lines.c if column.name != "shopper_id"]
LINES = select(*LINE_COLUMNS)
# As they lie in the table: nothing has to be sorted.
LINE_BY_LINE = (order_lines.c.order_id, order_lines.c.line_no)
# As `line_id` makes it
LINE_ID = (
    literal(ids.external_id(ids.ORDER_LINE, ""))
    + func.substr(order_lines.c.order_id, len(ids.external_id(ids.ORDER, "")) + 1)
    + "-"
    + cast(order_lines.c.line_no, String)
)

_shoppers = prepare_models(
    Shopper,
    select(shoppers.c.id, shoppers.c.nickname).where(
        among(shoppers.c.id, "keys"), shoppers.c.erased_at.is_(None)
    ),
)
_erasures = prepare(select(shoppers.c.id, shoppers.c.erased_at).where(among(shoppers.c.id, "keys")))
_merchants = prepare_models(Merchant, select(merchants).where(among(merchants.c.id, "keys")))
_addresses = prepare_models(
    Address, select(addresses).where(of_owner(addresses), among(addresses.c.id, "keys"))
)
_return_addresses = prepare_models(
    Address,
    select(addresses).where(among(addresses.c.owner_id, "owners"), among(addresses.c.id, "keys")),
)
_addresses_owned = prepare_models(
    Address,
    select(addresses)
    .where(among(addresses.c.owner_id, "keys"), addresses.c.removed_at.is_(None))
    .order_by(addresses.c.is_default.desc(), addresses.c.id),
)
_clear_default = prepare(
    update(addresses)
    .where(addresses.c.owner_id == bindparam("owner"), addresses.c.is_default)
    .values(is_default=false())
)
_address = prepare_models(
    Address, select(addresses).where(of_owner(addresses), addresses.c.id == bindparam("id"))
)
_add_address = prepare_insert(addresses, Address)
_keep_address = prepare(
    upsert(addresses).on_conflict_do_nothing(), inputs=[column.name for column in addresses.columns]
)
_orders = prepare_models(Order, select(orders).where(of_owner(orders), among(orders.c.id, "keys")))
_orders_of_several = prepare_models(
    Order,
    select(orders).where(among(orders.c.shopper_id, "shoppers"), among(orders.c.id, "keys")),
)
_of_shopper = orders.c.shopper_id == bindparam("shopper_id")
_pages = PageQuery(
    lambda page: prepare_joined(
        [ModelColumns(Order, orders.c), ModelColumns(Merchant, merchants.c)], page
    ),
    select(orders, merchants)
    .join(merchants, merchants.c.id == orders.c.merchant_id)
    .where(_of_shopper),
    orders.c.paid_at,
    orders.c.id,
)
_counts = prepare(
    select(orders.c.shopper_id, func.count())
    .where(among(orders.c.shopper_id, "keys"))
    .group_by(orders.c.shopper_id)
)
_lines_of_orders = prepare_models(
    OrderLine,
    LINES.where(of_owner(order_lines), among(order_lines.c.order_id, "keys")).order_by(
        *LINE_BY_LINE
    ),
)
_lines_of_several = prepare_models(
    OrderLine,
    LINES.where(
        among(order_lines.c.shopper_id, "shoppers"), among(order_lines.c.order_id, "keys")
    ).order_by(*LINE_BY_LINE),
)
_wanted = pair_table("keys")
_lines = prepare_models(
    OrderLine,
    LINES.join(
        _wanted,
        and_(
            order_lines.c.order_id == _wanted.c.one,
            order_lines.c.line_no == _wanted.c.other,
        ),
    ).where(of_owner(order_lines)),
)


async def shoppers_by_id(connection: Connection, keys: Sequence[str]) -> dict[str, Shopper]:
    """Those that are not erased."""
    rows = await connection.execute(_shoppers, {"keys": keys})
    return {shopper.id: shopper for shopper in rows}


async def erasures_by_shopper(
    connection: Connection, keys: Sequence[str]
) -> dict[str, datetime | None]:
    """Of all who are known: when they were erased, if they were."""
    return dict((await connection.execute(_erasures, {"keys": keys})).all())


async def merchants_by_id(connection: Connection, keys: Sequence[str]) -> dict[str, Merchant]:
    rows = await connection.execute(_merchants, {"keys": keys})
    return {merchant.id: merchant for merchant in rows}


async def addresses_by_id(
    connection: Connection, shopper_id: str, keys: Sequence[str]
) -> dict[str, Address]:
    rows = await connection.execute(_addresses, {"shopper_id": shopper_id, "keys": keys})
    return {address.id: address for address in rows}


async def return_addresses(
    connection: Connection, keys: Sequence[ReturnAddressKey]
) -> dict[ReturnAddressKey, Address]:
    """Merchants', and the platform's own where a merchant has filed none."""
    merchants, wanted = ({key[at] for key in keys} for at in (0, 1))
    names = {"owners": [*merchants, PLATFORM], "keys": wanted}
    found = {address.id: address for address in await connection.execute(_return_addresses, names)}
    return {key: found[key[1]] for key in keys if key[1] in found}


async def find_address(connection: Connection, owner_id: str, address_id: str) -> Address | None:
    facts = {"shopper_id": owner_id, "id": address_id}
    return (await connection.execute(_address, facts)).first()


async def addresses_by_owner(
    connection: Connection, keys: Sequence[str]
) -> dict[str, list[Address]]:
    """Those that are in the owner's book, the default one first."""
    by_owner: dict[str, list[Address]] = {key: [] for key in keys}
    for address in await connection.execute(_addresses_owned, {"keys": keys}):
        by_owner[address.owner_id].append(address)
    return by_owner


async def orders_by_id(
    connection: Connection, shopper_id: str, keys: Sequence[str]
) -> dict[str, Order]:
    rows = await connection.execute(_orders, {"shopper_id": shopper_id, "keys": keys})
    return {order.id: order for order in rows}


async def orders_of_several(
    connection: Connection, shopper_ids: Collection[str], keys: Sequence[str]
) -> dict[str, Order]:
    """Of several shoppers."""
    rows = await connection.execute(_orders_of_several, {"shoppers": shopper_ids, "keys": keys})
    return {order.id: order for order in rows}


async def orders_with_merchants(
    connection: Connection, shopper_id: str, first: int, after: Position | None
) -> JoinResult[Page[Order]]:
    """Newest first."""
    page = await _pages.read(connection, first, after, shopper_id=shopper_id)
    newest = [order for order, _ in page.items]
    also: Mapping[Callable[..., Any], Mapping[Any, Any]] = {
        orders_by_id: {order.id: order for order in newest},
        merchants_by_id: {merchant.id: merchant for _, merchant in page.items},
    }
    return JoinResult(Page(newest, page.has_next, page.has_previous), also)


async def order_counts(connection: Connection, keys: Sequence[str]) -> dict[str, int]:
    rows = await connection.execute(_counts, {"keys": keys})
    return dict.fromkeys(keys, 0) | dict(rows)


async def lines_by_order(
    connection: Connection, shopper_id: str, keys: Sequence[str]
) -> dict[str, list[OrderLine]]:
    """In the order's own sequence."""
    by_order: dict[str, list[OrderLine]] = {key: [] for key in keys}
    facts = {"shopper_id": shopper_id, "keys": by_order}
    for line in await connection.execute(_lines_of_orders, facts):
        by_order[line.order_id].append(line)
    return by_order


async def lines_of_several(
    connection: Connection, shopper_ids: Collection[str], keys: Sequence[str]
) -> dict[str, list[OrderLine]]:
    """By order, of several shoppers."""
    by_order: dict[str, list[OrderLine]] = {key: [] for key in keys}
    facts = {"shoppers": shopper_ids, "keys": keys}
    for line in await connection.execute(_lines_of_several, facts):
        by_order[line.order_id].append(line)
    return by_order


async def lines_by_id(
    connection: Connection, shopper_id: str, keys: Sequence[str]
) -> dict[str, OrderLine]:
    parsed = [key for key in map(parse_line_id, keys) if key]
    rows = await connection.execute(_lines, {"shopper_id": shopper_id, "keys": parsed})
    return {line.id: line for line in rows}


_hold = prepare(
    update(order_lines)
    .where(
        of_owner(order_lines),
        order_lines.c.order_id == bindparam("of_order"),
        order_lines.c.line_no == bindparam("of_line"),
    )
    .values(
        held_quantity=order_lines.c.held_quantity + bindparam("pieces", type_=Integer),
        held_minor=order_lines.c.held_minor
        + bindparam("minor", type_=order_lines.c.held_minor.type),
    )
)


async def hold(tx: Tx, holds: Sequence[LineHold]) -> None:
    """A return takes pieces of a line, and what was paid for them; less than 0 gives back."""
    rows = [
        {
            "shopper_id": each.shopper_id,
            "of_order": place[0],
            "of_line": place[1],
            "pieces": each.quantity,
            "minor": each.minor,
        }
        for each in holds
        if (place := parse_line_id(each.line_id))
    ]
    await tx.send(_hold, rows)


async def add_address(tx: Tx, address: Address) -> None:
    await tx.execute(_add_address, address)


async def keep_addresses(tx: Tx, wanted: Sequence[Address]) -> None:
    """Those that are there stay as they are."""
    await tx.execute(_keep_address, [asdict(address) for address in wanted])


async def update_address(tx: Tx, address: Address, **values: object) -> None:
    await update_own(tx, addresses, address, values)


async def clear_default(tx: Tx, owner_id: str) -> None:
    await tx.execute(_clear_default, {"owner": owner_id})


async def update_order(tx: Tx, order: Order, **values: object) -> None:
    await update_own(tx, orders, order, values)
    await received_events.release(tx, order.shopper_id, [order.id])


_units = (
    select(
        orders.c.shopper_id,
        order_lines.c.order_id,
        func.sum(order_lines.c.quantity).label("units"),
    )
    .join(orders, and_(orders.c.id == order_lines.c.order_id, same_shopper(orders, order_lines)))
    .where(among(orders.c.shopper_id, "keys"))
    .group_by(orders.c.shopper_id, order_lines.c.order_id)
    .subquery()
)
_bought = prepare(
    select(
        orders.c.shopper_id,
        func.count().label("orders"),
        func.sum(_units.c.units).label("units"),
        func.min(orders.c.paid_at).label("first_at"),
        func.max(orders.c.paid_at).label("last_at"),
    )
    .join(
        _units,
        and_(_units.c.order_id == orders.c.id, Agree(_units.c.shopper_id, orders.c.shopper_id)),
    )
    .group_by(orders.c.shopper_id)
)
_returned_here = (
    select(credited_returns.c.return_id)
    .join(
        returns,
        and_(returns.c.id == credited_returns.c.return_id, same_shopper(returns, credited_returns)),
    )
    .where(
        same_shopper(credited_returns, credit_notes),
        credited_returns.c.number == credit_notes.c.number,
        credited_returns.c.sku == credit_notes.c.sku,
        credited_returns.c.entry == credit_notes.c.entry,
        returns.c.close_reason.is_(None),
    )
)
_returned = prepare(
    select(
        credit_notes.c.shopper_id,
        func.count().label("returns"),
        func.max(credit_notes.c.returned_at).label("last_at"),
    )
    .where(
        among(credit_notes.c.shopper_id, "keys"),
        credit_notes.c.order_line_id.is_not(None),
        ~_returned_here.exists(),
    )
    .group_by(credit_notes.c.shopper_id)
)


async def purchases_by_shopper(connection: Connection, keys: Sequence[str]) -> dict[str, Purchases]:
    """What the scorecard counts."""
    bought = {row.shopper_id: row for row in await connection.execute(_bought, {"keys": keys})}
    returned = {row.shopper_id: row for row in await connection.execute(_returned, {"keys": keys})}
    return {key: _purchases(bought.get(key), returned.get(key)) for key in keys}


def _purchases(bought: Any, returned: Any) -> Purchases:
    moments = [row.last_at for row in (bought, returned) if row]
    return Purchases(
        orders=bought.orders if bought else 0,
        units=bought.units if bought else 0,
        returns=returned.returns if returned else 0,
        first_at=bought.first_at if bought else None,
        last_at=max(moments, default=None),
    )
