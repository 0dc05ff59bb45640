"""Reading orders and who is in them: batch first, one statement a call."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bff.core.paging import Page, Position
from bff.db.database import Tx
from bff.db.paging import page_of
from bff.db.tables import addresses, credit_notes, merchants, order_lines, orders, shoppers
from bff.orders.model import (
    Address,
    Merchant,
    Order,
    OrderLine,
    Purchases,
    Shopper,
    parse_line_id,
)

_lines = select(order_lines, orders.c.currency).join(orders, orders.c.id == order_lines.c.order_id)


async def shoppers_by_id(connection: AsyncConnection, keys: Sequence[str]) -> dict[str, Shopper]:
    rows = await connection.execute(select(shoppers).where(shoppers.c.id.in_(keys)))
    return {row["id"]: Shopper(**row) for row in rows.mappings()}


async def merchants_by_id(connection: AsyncConnection, keys: Sequence[str]) -> dict[str, Merchant]:
    rows = await connection.execute(select(merchants).where(merchants.c.id.in_(keys)))
    return {row["id"]: Merchant(**row) for row in rows.mappings()}


async def addresses_by_id(connection: AsyncConnection, keys: Sequence[str]) -> dict[str, Address]:
    rows = await connection.execute(select(addresses).where(addresses.c.id.in_(keys)))
    return {row["id"]: Address(**row) for row in rows.mappings()}


async def addresses_by_owner(
    connection: AsyncConnection, keys: Sequence[str]
) -> dict[str, list[Address]]:
    statement = select(addresses).where(addresses.c.owner_id.in_(keys)).order_by(addresses.c.id)
    found: dict[str, list[Address]] = {key: [] for key in keys}
    for row in (await connection.execute(statement)).mappings():
        found[row["owner_id"]].append(Address(**row))
    return found


async def orders_by_id(connection: AsyncConnection, keys: Sequence[str]) -> dict[str, Order]:
    rows = await connection.execute(select(orders).where(orders.c.id.in_(keys)))
    return {row["id"]: Order(**row) for row in rows.mappings()}


async def orders_page(
    connection: AsyncConnection, shopper_id: str, first: int, after: Position | None
) -> Page[Order]:
    """Newest first."""
    mine = select(orders).where(orders.c.shopper_id == shopper_id)
    c = orders.c
    return await page_of(connection, mine, c.paid_at, c.id, first, after, lambda row: Order(**row))


async def order_counts(connection: AsyncConnection, keys: Sequence[str]) -> dict[str, int]:
    statement = (
        select(orders.c.shopper_id, func.count().label("known"))
        .where(orders.c.shopper_id.in_(keys))
        .group_by(orders.c.shopper_id)
    )
    rows = await connection.execute(statement)
    return dict.fromkeys(keys, 0) | {row.shopper_id: row.known for row in rows}


async def lines_by_order(
    connection: AsyncConnection, keys: Sequence[str]
) -> dict[str, list[OrderLine]]:
    """In the order's own sequence."""
    statement = _lines.where(order_lines.c.order_id.in_(keys)).order_by(order_lines.c.line_no)
    found: dict[str, list[OrderLine]] = {key: [] for key in keys}
    for row in (await connection.execute(statement)).mappings():
        found[row["order_id"]].append(OrderLine(**row))
    return found


async def lines_by_id(connection: AsyncConnection, keys: Sequence[str]) -> dict[str, OrderLine]:
    parsed = [key for key in map(parse_line_id, keys) if key]
    here = tuple_(order_lines.c.order_id, order_lines.c.line_no)
    rows = await connection.execute(_lines.where(here.in_(parsed)))
    lines = [OrderLine(**row) for row in rows.mappings()]
    return {line.id: line for line in lines}


async def add_address(tx: Tx, address: Address) -> None:
    fields = ("id", "owner_id", "recipient", "phone", "region", "street")
    await tx.execute(insert(addresses), {name: getattr(address, name) for name in fields})


async def note_order(tx: Tx, order_id: str, **values: datetime) -> None:
    await tx.execute(update(orders).where(orders.c.id == order_id).values(**values))


async def purchases_by_shopper(
    connection: AsyncConnection, keys: Sequence[str]
) -> dict[str, Purchases]:
    """What the scorecard counts."""
    bought = {row.shopper_id: row for row in await connection.execute(_bought(keys))}
    returned = {row.shopper_id: row for row in await connection.execute(_returned(keys))}
    return {key: _purchases(bought.get(key), returned.get(key)) for key in keys}


def _bought(keys: Sequence[str]) -> Select[Any]:
    units = (
        select(order_lines.c.order_id, func.sum(order_lines.c.quantity).label("units"))
        .join(orders, orders.c.id == order_lines.c.order_id)
        .where(orders.c.shopper_id.in_(keys))
        .group_by(order_lines.c.order_id)
        .subquery()
    )
    return (
        select(
            orders.c.shopper_id,
            func.count().label("orders"),
            func.sum(units.c.units).label("units"),
            func.min(orders.c.paid_at).label("first_at"),
            func.max(orders.c.paid_at).label("last_at"),
        )
        .join(units, units.c.order_id == orders.c.id)
        .group_by(orders.c.shopper_id)
    )


def _returned(keys: Sequence[str]) -> Select[Any]:
    return (
        select(
            credit_notes.c.shopper_id,
            func.count().label("returns"),
            func.count(credit_notes.c.order_line_id).label("matched"),
            func.max(credit_notes.c.returned_at).label("last_at"),
        )
        .where(credit_notes.c.shopper_id.in_(keys))
        .group_by(credit_notes.c.shopper_id)
    )


def _purchases(bought: Row[Any] | None, returned: Row[Any] | None) -> Purchases:
    moments = [row.last_at for row in (bought, returned) if row]
    return Purchases(
        orders=bought.orders if bought else 0,
        units=bought.units if bought else 0,
        returns=returned.returns if returned else 0,
        matched_returns=returned.matched if returned else 0,
        first_at=bought.first_at if bought else None,
        last_at=max(moments, default=None),
    )
