"""Shoppers, merchants and addresses: kept once; an order's word counts only for the unknown."""

import json
from typing import Any

from bff.domain.orders.model import Merchant
from bff.domain.orders.parties import keep_filed_merchants, keep_named_merchants, keep_shoppers
from bff.domain.orders.records import MerchantRecord, OrderRecord
from bff.domain.orders.store import addresses_by_owner, merchants_by_id, shoppers_by_id
from tests.support.import_files import AN_ADDRESS, a_merchant, an_order
from tests.support.world import World

SHOP = "mer_corner-shop"


def order(**changes: Any) -> OrderRecord:
    return OrderRecord.model_validate_json(json.dumps(an_order(**changes)))


def filed(**changes: Any) -> MerchantRecord:
    return MerchantRecord.model_validate_json(json.dumps(a_merchant(**changes)))


async def merchant(world: World) -> Merchant:
    async with world.db.read() as connection:
        return (await merchants_by_id(connection, [SHOP]))[SHOP]


async def streets(world: World, owner: str) -> list[str]:
    async with world.db.read() as connection:
        homes = await addresses_by_owner(connection, [owner])
    return sorted(address.street for address in homes[owner])


async def test_a_merchant_is_named_by_its_first_order_or_else_by_its_number(world: World) -> None:
    nameless, named = order(), order(merchant_name="Corner")
    assert await world.db.write(lambda tx: keep_named_merchants(tx, [nameless, named])) == 1
    assert (await merchant(world)).name == "Corner"
    renamed = order(merchant_name="Other")
    assert await world.db.write(lambda tx: keep_named_merchants(tx, [renamed])) == 0
    assert (await merchant(world)).name == "Corner"


async def test_what_a_merchant_files_replaces_what_was_known(world: World) -> None:
    await world.db.write(lambda tx: keep_named_merchants(tx, [order()]))
    full = filed(covers_pickup=True, return_address=AN_ADDRESS)
    assert await world.db.write(lambda tx: keep_filed_merchants(tx, [full])) == 0
    known = await merchant(world)
    assert (known.name, known.covers_pickup) == ("街角小店", True)
    assert await streets(world, SHOP) == [AN_ADDRESS["street"]]
    await world.db.write(lambda tx: keep_filed_merchants(tx, [filed()]))
    assert (await merchant(world)).return_address_id is None


async def test_an_order_takes_nothing_from_what_a_merchant_filed(world: World) -> None:
    full = filed(covers_pickup=True)
    assert await world.db.write(lambda tx: keep_filed_merchants(tx, [full])) == 1
    named = order(merchant_name="Other")
    assert await world.db.write(lambda tx: keep_named_merchants(tx, [named])) == 0
    assert (await merchant(world)).name == "街角小店"


async def test_a_shopper_is_kept_once_with_every_address(world: World) -> None:
    orders = [
        order(ship_to=AN_ADDRESS),
        order(nickname="小林", ship_to=AN_ADDRESS),
        order(ship_to=AN_ADDRESS | {"street": "别处1号"}),
    ]
    assert await world.db.write(lambda tx: keep_shoppers(tx, orders)) == 1
    assert await world.db.write(lambda tx: keep_shoppers(tx, orders)) == 0
    assert await streets(world, "sho_91") == sorted(["别处1号", AN_ADDRESS["street"]])
    async with world.db.read() as connection:
        assert (await shoppers_by_id(connection, ["sho_91"]))["sho_91"].nickname == "小林"


async def test_a_shopper_without_an_order_has_the_number_as_nickname(world: World) -> None:
    assert await world.db.write(lambda tx: keep_shoppers(tx, [order()], ["92", "91"])) == 2
    async with world.db.read() as connection:
        known = await shoppers_by_id(connection, ["sho_91", "sho_92"])
    assert {one.nickname for one in known.values()} == {"91", "92"}
