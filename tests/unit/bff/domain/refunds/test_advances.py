from sqlalchemy import select

from bff.db.tables import orders
from bff.db.transaction import Tx
from bff.domain.refunds.advances import advanced_minor, sync_advanced
from bff.domain.returns.commands.returns import TapRequest, cancel_return, one_tap
from bff.domain.returns.model import Case
from bff.domain.returns.transitions import returns
from tests.support.database import nothing_changes
from tests.support.factories import Goods, create_order, create_shopper
from tests.support.return_cases import (
    advanced_case,
    open_case,
    read_case,
    refused_case,
    shipped_case,
    write,
)
from tests.support.world import START, World


async def known(world: World, case: Case) -> tuple[int, int]:
    """What the order knows, and what is paid or under way."""
    shopper, order_id = case.this_return.shopper_id, case.this_return.order_id

    async def use_case(tx: Tx) -> tuple[int, int]:
        statement = select(orders.c.advanced_minor).where(orders.c.id == order_id)
        paid = await advanced_minor(tx, shopper, order_id)
        return (await tx.execute(statement)).scalar(), paid

    return await write(world, use_case)


async def test_what_is_promised_counts_until_it_is_paid_and_repaid(world: World) -> None:
    minor = 19_900
    assert await known(world, await open_case(world)) == (minor, 0)
    assert await known(world, await shipped_case(world, "SF000000000001")) == (minor, minor)
    assert await known(world, await refused_case(world, number="SF000000000002")) == (minor, minor)
    case = await advanced_case(world, number="SF000000000003")
    await write(world, returns.succeed, case.this_return)
    assert await known(world, case) == (0, 0)


async def test_a_promise_ends_with_its_return(world: World) -> None:
    case = await open_case(world)
    await write(world, cancel_return, case.this_return.shopper_id, case.this_return.id)
    assert await known(world, case) == (0, 0)


async def test_what_was_never_to_be_advanced_counts_for_nothing(world: World) -> None:
    assert await known(world, await open_case(world, level=1)) == (0, 0)


async def test_all_lines_of_an_order_count_and_no_other_order(world: World) -> None:
    shopper = await create_shopper(world.db)
    lines = await create_order(world.db, shopper, [Goods(), Goods()], received_at=START)
    cases = [(await write(world, one_tap, shopper, TapRequest(line))).case for line in lines]
    other = await open_case(world)
    assert await known(world, cases[0]) == (39_800, 0)
    assert await known(world, other) == (19_900, 0)
    case = await read_case(world, cases[0])
    async with nothing_changes(world):
        await write(world, sync_advanced, case.this_return.shopper_id, case.this_return.order_id)
