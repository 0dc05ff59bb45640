"""New orders, and their shoppers' stars after each."""

import json
from datetime import timedelta
from itertools import permutations
from typing import Any

from bff.db.transaction import Tx
from bff.domain.orders.records import OrderRecord
from bff.domain.stars.purchases import NewParties, keep_orders
from bff.domain.stars.store import stars_by_shopper
from tests.support.import_files import an_order
from tests.support.models import POLICY
from tests.support.world import START, World

DAYS = range(5)


def orders(shopper_no: str) -> list[OrderRecord]:
    return [
        OrderRecord.model_validate_json(
            json.dumps(
                an_order(
                    order_no=f"{shopper_no}-{day}",
                    shopper_no=shopper_no,
                    paid_at=(START - 40 * timedelta(days=5 - day)).isoformat(),
                    shipped_at=None,
                    delivered_at=None,
                )
            )
        )
        for day in DAYS
    ]


async def keep(world: World, *records: OrderRecord) -> NewParties:
    async def keeping(tx: Tx) -> NewParties:
        return await keep_orders(tx, records, [POLICY], POLICY)

    return await world.db.write(keeping)


async def history(world: World, shopper_no: str) -> list[Any]:
    key = f"sho_{shopper_no}"
    async with world.db.read() as connection:
        found = (await stars_by_shopper(connection, [key]))[key].history
    return [(one.seq, one.level, one.previous, one.at, one.cause, one.factors) for one in found]


async def test_many_at_once_are_as_one_after_the_other(world: World) -> None:
    for order in orders("one"):
        await keep(world, order)
    one_by_one = await history(world, "one")
    assert len(one_by_one) == len(DAYS)
    for number, way in enumerate(list(permutations(DAYS))[::40]):
        records = orders(f"many-{number}")
        parties = await keep(world, *(records[day] for day in way))
        assert parties == NewParties(merchants=0, shoppers=1)
        assert await history(world, f"many-{number}") == one_by_one
