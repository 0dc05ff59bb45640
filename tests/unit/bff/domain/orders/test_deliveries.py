from bff.domain.orders.deliveries import refunded_deliveries
from bff.domain.orders.store import update_order
from tests.support.factories import create_order, create_shopper
from tests.support.rows import order_under
from tests.support.world import START, World


async def test_goods_of_a_refunded_order_are_listed_once_they_left(world: World) -> None:
    shopper = await create_shopper(world.db)
    [line] = await create_order(world.db, shopper, received_at=None, shipped=False)
    await create_order(world.db, shopper, received_at=START)
    number = line.removeprefix("oli_").rpartition("-")[0]
    async with world.db.read() as connection:
        order = await order_under(connection, f"ord_{number}")
    await world.db.write(lambda tx: update_order(tx, order, refunded_at=START))
    async with world.db.read() as connection:
        assert await refunded_deliveries(connection) == []
    await world.db.write(lambda tx: update_order(tx, order, shipped_at=START, received_at=START))
    async with world.db.read() as connection:
        [delivery] = await refunded_deliveries(connection)
    assert (delivery.order_number, delivery.shopper_id, delivery.merchant) == (
        number,
        shopper,
        "linen-house",
    )
    assert delivery.refunded_at == delivery.shipped_at == delivery.received_at == START
