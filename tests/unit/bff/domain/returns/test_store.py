from datetime import timedelta

import pytest

from bff.core.pages import Position
from bff.domain.pickups.bookings import PickupRequest
from bff.domain.returns.commands.pickups import book_pickup, cancel_pickup
from bff.domain.returns.commands.returns import TapRequest, one_tap
from bff.domain.returns.model import Case, DeadlineKind, ReturnStatus
from bff.domain.returns.rules.deadlines import Deadline
from bff.domain.returns.store import (
    add_missed,
    find_case,
    get_case,
    missed_by_return,
    move_return,
    return_counts,
    returns_by_id,
    returns_of_lines,
    returns_page,
    update_return,
)
from tests.support.factories import Goods, create_order, create_shopper
from tests.support.return_cases import open_case, read_case, write
from tests.support.world import START, World

HOUR = timedelta(hours=1)


async def tap_lines(world: World, count: int) -> tuple[str, list[Case]]:
    """One return an hour, of one shopper."""
    shopper = await create_shopper(world.db)
    lines = await create_order(world.db, shopper, [Goods()] * count, received_at=START)
    cases = []
    for line in lines:
        cases.append((await write(world, one_tap, shopper, TapRequest(line))).case)
        world.clock.advance(HOUR)
    return shopper, cases


async def test_a_case_has_all_that_decides_what_is_next(world: World) -> None:
    case = await open_case(world, pickup=True)
    assert await write(world, find_case, case.this_return.shopper_id, case.this_return.id) == case
    async with world.db.read() as connection:
        known = await returns_by_id(
            connection, case.this_return.shopper_id, [case.this_return.id, "ret_unknown"]
        )
    assert known == {case.this_return.id: case.this_return}


async def test_an_unknown_case_is_none_or_a_fault(world: World) -> None:
    assert await write(world, find_case, "sho_1", "ret_unknown") is None
    with pytest.raises(LookupError, match="ret_unknown"):
        await write(world, get_case, "sho_1", "ret_unknown")


async def test_of_many_pickups_the_open_one_is_the_cases(world: World) -> None:
    case = await open_case(world, pickup=True)
    assert case.pickup
    owner, return_id = case.this_return.shopper_id, case.this_return.id
    await write(world, cancel_pickup, owner, case.pickup.id)
    cancelled = await read_case(world, case)
    assert cancelled.pickup
    assert cancelled.pickup.id == case.pickup.id
    second = await write(world, book_pickup, owner, return_id, PickupRequest())
    assert (await read_case(world, case)).pickup == second


async def test_missed_deadlines_are_in_the_sequence_in_which_they_passed(world: World) -> None:
    case = await open_case(world)
    return_id = case.this_return.id
    kinds = [DeadlineKind.SHIP_BACK, DeadlineKind.COURIER_ANSWER, DeadlineKind.PICKUP_FEE]
    for what in kinds:
        await write(world, add_missed, case.this_return, Deadline(what, world.clock.now()))
        world.clock.advance(HOUR)
    missed = (await read_case(world, case)).missed
    assert [one.what for one in missed] == kinds
    async with world.db.read() as connection:
        by_return = await missed_by_return(
            connection, case.this_return.shopper_id, [return_id, "ret_unknown"]
        )
    assert by_return == {return_id: missed, "ret_unknown": ()}


async def test_a_return_moves_only_where_its_table_lets_it(world: World) -> None:
    case = await open_case(world)
    assert not await write(world, move_return, case.this_return, ReturnStatus.MERCHANT_REFUSED)
    assert (await read_case(world, case)).this_return == case.this_return


async def test_what_is_updated_is_nothing_else(world: World) -> None:
    case, other = await open_case(world), await open_case(world)
    await world.db.write(lambda tx: update_return(tx, case.this_return, goods_received_at=START))
    assert (await read_case(world, case)).this_return.goods_received_at == START
    assert await read_case(world, other) == other


async def test_pages_are_newest_first_and_follow_one_another(world: World) -> None:
    shopper, cases = await tap_lines(world, 3)
    expected = [case.this_return.id for case in reversed(cases)]
    async with world.db.read() as connection:
        first = await returns_page(connection, shopper, 2, None)
        last = first.items[-1]
        rest = await returns_page(connection, shopper, 2, Position(last.opened_at, last.id))
        assert await return_counts(connection, [shopper, "sho_new"]) == {shopper: 3, "sho_new": 0}
    assert [one.id for one in first.items] == expected[:2]
    assert [one.id for one in rest.items] == expected[2:]


async def test_returns_are_found_by_their_lines(world: World) -> None:
    shopper, cases = await tap_lines(world, 2)
    lines = [case.this_return.order_line_id for case in cases]
    found = await write(world, returns_of_lines, shopper, [*lines, "oli_unknown-1"])
    assert {one.id for one in found} == {case.this_return.id for case in cases}
