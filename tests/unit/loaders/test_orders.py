from bff.domain.orders.model import OrderStatus
from loaders.batch import Loaders
from loaders.orders import (
    addresses_by_id,
    addresses_by_owner,
    lines_by_id,
    lines_by_order,
    merchants_by_id,
    order_counts,
    orders_by_id,
    shoppers_by_id,
)
from tests.support.database import statements
from tests.support.factories import Goods, create_address, create_order, create_shopper
from tests.support.world import START, World


async def test_an_order_is_reached_from_its_line_and_brings_its_merchant(world: World) -> None:
    shopper = await create_shopper(world.db)
    keys = await create_order(world.db, shopper, [Goods(), Goods()], received_at=START)
    loaders = Loaders(world.db, shopper)
    line = await loaders.require(lines_by_id, keys[1])
    order = await loaders.require(orders_by_id, line.order_id)
    merchant = await loaders.require(merchants_by_id, order.merchant_id)
    assert (order.shopper_id, order.status, merchant.number) == (
        shopper,
        OrderStatus.RECEIVED,
        "linen-house",
    )
    lines = await loaders.require(lines_by_order, order.id)
    assert [one.id for one in lines] == keys


async def test_orders_are_counted_and_nobody_has_none(world: World) -> None:
    shopper, nobody = await create_shopper(world.db), await create_shopper(world.db)
    for _ in range(3):
        await create_order(world.db, shopper, received_at=START)
    assert await Loaders(world.db).require_many(order_counts, [nobody, shopper]) == [0, 3]


async def test_addresses_are_loaded_by_owner_the_first_one_first(world: World) -> None:
    shopper, homeless = (
        await create_shopper(world.db),
        await create_shopper(world.db, address=False),
    )
    second = await create_address(world.db, shopper)
    loaders = Loaders(world.db, shopper)
    owned, none = await loaders.require_many(addresses_by_owner, [shopper, homeless])
    assert (len(owned), owned[1].id, none) == (2, second, [])
    assert (await loaders.require(addresses_by_id, second)).owner_id == shopper


async def test_shoppers_of_a_level_take_one_statement(world: World) -> None:
    shoppers = [await create_shopper(world.db) for _ in range(3)]
    with statements(world.db) as seen:
        loaded = await Loaders(world.db).load_many(shoppers_by_id, [*shoppers, "sho_unknown", None])
    assert [one and one.id for one in loaded] == [*shoppers, None, None]
    assert len(seen) == 1
