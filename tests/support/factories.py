"""Rows to begin with. Each takes what matters to a test by keyword, and makes up the rest."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Table, insert

from bff.core import ids
from bff.db.database import Database
from bff.db.elements import upsert
from bff.db.statements import Prepared, prepare
from bff.db.tables import addresses, merchants, order_lines, orders, shoppers
from bff.db.transaction import Tx
from bff.domain.orders.model import line_id
from bff.domain.stars.service import decide_level

_numbers = itertools.count(1)
WEST_LAKE = "浙江省杭州市西湖区"
WEST_LAKE_CODE = "330106"
WHERE = {"region": WEST_LAKE, "street": "文三路1号", "area_code": WEST_LAKE_CODE}


@cache
def _insert(table: Table, *columns: str) -> Prepared[Any]:
    """Compiled once: to compile it takes longer than to run it."""
    return prepare(insert(table), columns)


@cache
def _insert_new(table: Table, *columns: str) -> Prepared[Any]:
    return prepare(upsert(table).on_conflict_do_nothing(), columns)


@dataclass(frozen=True)
class Goods:
    """A line to be: `received` decides the order's times."""

    category: str = "womenswear"
    quantity: int = 1
    paid_minor: int = 19_900
    freight_insured: bool = False
    no_return_confirmed: bool = False


async def create_shopper(db: Database, *, level: int = 3, address: bool = True) -> str:
    shopper_id = ids.external_id(ids.SHOPPER, f"s{next(_numbers)}")

    async def create(tx: Tx) -> None:
        row = {"id": shopper_id, "nickname": shopper_id}
        await tx.execute(_insert(shoppers, *row), row)
        await decide_level(tx, shopper_id, level)
        if address:
            await _create_address(tx, shopper_id)

    await db.write(create)
    return shopper_id


async def set_level(db: Database, shopper_id: str, level: int) -> None:
    await db.write(lambda tx: decide_level(tx, shopper_id, level))


async def _create_address(tx: Tx, owner_id: str) -> str:
    address_id = ids.external_id(ids.ADDRESS, f"a{next(_numbers)}")
    row = {
        "id": address_id,
        "owner_id": owner_id,
        "recipient": "张三",
        "phone": "13800000000",
        **WHERE,
    }
    await tx.execute(_insert(addresses, *row), row)
    return address_id


async def create_address(db: Database, owner_id: str) -> str:
    return await db.write(lambda tx: _create_address(tx, owner_id))


async def _merchant(tx: Tx, number: str, *, covers_pickup: bool, files_address: bool) -> str:
    merchant_id = ids.external_id(ids.MERCHANT, number)
    row = {
        "id": merchant_id,
        "number": number,
        "name": number,
        "covers_pickup": covers_pickup,
        "return_address_id": await _create_address(tx, merchant_id) if files_address else None,
    }
    await tx.execute(_insert_new(merchants, *row), row)
    return merchant_id


async def create_order(
    db: Database,
    shopper_id: str,
    goods: Sequence[Goods] = (Goods(),),
    *,
    received_at: datetime | None,
    shipped: bool = True,
    merchant: str = "linen-house",
    covers_pickup: bool = False,
    files_address: bool = True,
    currency: str = "CNY",
    policy_version: str = "2016-pilot",
) -> list[str]:
    """The lines' ids. `received_at` None: paid two days before now, and on its way if `shipped`."""
    number = f"T{next(_numbers):06}"
    order_id = ids.external_id(ids.ORDER, number)
    paid_at = (received_at or db.clock.now()) - timedelta(days=2)

    async def create(tx: Tx) -> None:
        merchant_id = await _merchant(
            tx, merchant, covers_pickup=covers_pickup, files_address=files_address
        )
        row = {
            "id": order_id,
            "number": number,
            "shopper_id": shopper_id,
            "merchant_id": merchant_id,
            "currency": currency,
            "policy_version": policy_version,
            "paid_at": paid_at,
            "shipped_at": paid_at if shipped else None,
            "received_at": received_at,
        }
        await tx.execute(_insert(orders, *row), row)
        lines = _lines(order_id, goods, currency)
        await tx.execute(_insert(order_lines, *lines[0]), lines)

    await db.write(create)
    return [line_id(order_id, number) for number in range(1, len(goods) + 1)]


def _lines(order_id: str, goods: Sequence[Goods], currency: str) -> list[dict[str, object]]:
    return [
        {
            "order_id": order_id,
            "line_no": number,
            "sku": f"sku-{number}",
            "title": f"{one.category} {number}",
            "category": one.category,
            "quantity": one.quantity,
            "unit_price_minor": -(-one.paid_minor // one.quantity),
            "paid_minor": one.paid_minor,
            "freight_insured": one.freight_insured,
            "no_return_confirmed": one.no_return_confirmed,
            "currency": currency,
        }
        for number, one in enumerate(goods, start=1)
    ]
