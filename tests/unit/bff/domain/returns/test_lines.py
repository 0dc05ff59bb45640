from bff.domain.returns.lines import find_purchased_line
from tests.support.factories import create_order, create_shopper, set_level
from tests.support.world import START, World


async def test_a_purchased_line_comes_with_the_newest_level(world: World) -> None:
    shopper = await create_shopper(world.db, level=2)
    [line] = await create_order(world.db, shopper, received_at=START)
    await set_level(world.db, shopper, 5)
    async with world.db.read() as connection:
        purchased = await find_purchased_line(connection, shopper, line)
        assert await find_purchased_line(connection, shopper, "oli_T999999-1") is None
        assert await find_purchased_line(connection, shopper, "no line") is None
    assert purchased
    assert (purchased.line.id, purchased.order.shopper_id, purchased.level) == (line, shopper, 5)
