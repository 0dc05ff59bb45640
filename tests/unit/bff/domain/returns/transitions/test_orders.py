from datetime import datetime

from bff.db.transaction import Tx
from bff.domain.orders.model import OrderStatus
from bff.domain.orders.store import update_order
from bff.domain.returns.commands.express_refund import RefundLine, open_refund
from bff.domain.returns.transitions.orders import close_if_refunded
from tests.support.factories import Goods, create_order, create_shopper
from tests.support.return_cases import write
from tests.support.rows import order_under
from tests.support.world import World


async def bought(world: World, *goods: Goods, level: int = 4) -> tuple[str, str, list[str]]:
    """The shopper, the order that is not shipped, and its lines."""
    shopper = await create_shopper(world.db, level=level)
    lines = await create_order(world.db, shopper, goods, received_at=None, shipped=False)
    return shopper, f"ord_{lines[0].removeprefix('oli_').rpartition('-')[0]}", lines


async def state(world: World, order_id: str) -> tuple[OrderStatus, datetime | None]:
    async with world.db.read() as connection:
        order = await order_under(connection, order_id)
    return order.status, order.refunded_at


async def test_an_order_is_closed_with_the_last_of_its_lines(world: World) -> None:
    shopper, order_id, lines = await bought(world, Goods(), Goods(), Goods(category="postage"))
    await write(world, open_refund, shopper, order_id, [RefundLine(lines[0])])
    assert await state(world, order_id) == (OrderStatus.PAID, None)
    await write(world, open_refund, shopper, order_id, None)
    assert await state(world, order_id) == (OrderStatus.CLOSED, world.clock.now())


async def test_a_refund_that_waits_for_the_merchant_keeps_it_open(world: World) -> None:
    shopper, order_id, _ = await bought(world, Goods(), level=1)
    await write(world, open_refund, shopper, order_id, None)
    assert await state(world, order_id) == (OrderStatus.PAID, None)


async def test_one_that_is_shipped_is_not_closed(world: World) -> None:
    shopper, order_id, _ = await bought(world, Goods())
    await write(world, open_refund, shopper, order_id, None)
    async with world.db.read() as connection:
        order = await order_under(connection, order_id)
    shipped = {"refunded_at": None, "shipped_at": world.clock.now()}
    await world.db.write(lambda tx: update_order(tx, order, **shipped))

    async def look_again(tx: Tx) -> None:
        close_if_refunded(tx, shopper, order_id)

    await world.db.write(look_again)
    assert await state(world, order_id) == (OrderStatus.SHIPPED, None)
