"""What is found along with something else is what is found when it is asked for alone."""

from datetime import timedelta

from sqlalchemy import insert

from bff.db.tables import credit_notes
from bff.db.transaction import Tx
from bff.domain.orders.model import LineHold
from bff.domain.orders.store import (
    hold,
    lines_by_order,
    merchants_by_id,
    orders_by_id,
    orders_with_merchants,
)
from bff.domain.returns.commands.returns import TapRequest, cancel_return, one_tap
from tests.support.factories import Goods, create_order, create_shopper
from tests.support.world import START, World


async def tap(world: World, shopper: str, line: str, quantity: int) -> str:
    tapped = await world.db.write(lambda tx: one_tap(tx, shopper, TapRequest(line, quantity)))
    return tapped.return_id


async def credit(world: World, shopper: str, line: str, entry: int, quantity: int) -> None:
    row = {"number": "C1", "sku": "sku-1", "entry": entry, "shopper_id": shopper}
    row |= {"order_line_id": line, "quantity": quantity, "refunded_minor": 7, "currency": "CNY"}

    async def add(tx: Tx) -> None:
        await tx.execute(insert(credit_notes), row | {"returned_at": tx.now})

        await hold(tx, [LineHold(shopper, line, quantity, 7)])

    await world.db.write(add)


async def returned_a_lot(world: World) -> tuple[str, str]:
    """The shopper and the order: lines with returns, credit notes, both, cancelled, and nothing."""
    shopper = await create_shopper(world.db, level=3)
    goods = [Goods(quantity=9, paid_minor=900)] * 5
    lines = await create_order(world.db, shopper, goods, received_at=START)
    for line in (lines[0], lines[2]):
        for quantity in (1, 2, 1):
            await tap(world, shopper, line, quantity)
    for line in (lines[1], lines[2]):
        for entry in (1, 2):
            await credit(world, shopper, line, 10 * entry + lines.index(line), entry)
    cancelled = await tap(world, shopper, lines[3], 4)
    await world.db.write(lambda tx: cancel_return(tx, shopper, cancelled))
    return shopper, f"ord_{lines[0].partition('_')[2].partition('-')[0]}"


async def test_lines_know_what_is_held_of_them(world: World) -> None:
    shopper, order = await returned_a_lot(world)
    async with world.db.read() as connection:
        lines = (await lines_by_order(connection, shopper, [order]))[order]
    assert [line.held_quantity for line in lines] == [4, 3, 7, 0, 0]
    assert [line.held_minor for line in lines] == [400, 14, 414, 0, 0]


async def test_a_page_comes_with_its_merchants(world: World) -> None:
    shopper = await create_shopper(world.db)
    for number, merchant in enumerate(("linen-house", "silk-road", "linen-house")):
        received_at = START - timedelta(days=number)
        await create_order(world.db, shopper, received_at=received_at, merchant=merchant)
    async with world.db.read() as connection:
        joined = await orders_with_merchants(connection, shopper, 2, None)
        ids = [order.id for order in joined.result.items]
        merchants = {order.merchant_id for order in joined.result.items}
        assert joined.related == {
            orders_by_id: await orders_by_id(connection, shopper, ids),
            merchants_by_id: await merchants_by_id(connection, sorted(merchants)),
        }
    assert (len(merchants), joined.result.has_next) == (2, True)
