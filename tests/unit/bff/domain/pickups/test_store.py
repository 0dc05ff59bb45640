from msgspec.structs import replace

from bff.core.clock import local_date
from bff.db.transaction import Tx
from bff.domain.pickups.bookings import PickupRequest
from bff.domain.pickups.model import FeeStatus, PickupStatus
from bff.domain.pickups.slots import slots_on
from bff.domain.pickups.store import (
    give_back_place,
    move_fee,
    move_pickup,
    pickups_by_id,
    pickups_by_return,
    take_place,
    update_pickup,
    with_capacity,
)
from bff.domain.returns.commands.pickups import book_pickup, cancel_pickup
from tests.support.factories import WEST_LAKE
from tests.support.models import POLICY
from tests.support.return_cases import open_case, read_case, unwritten, write
from tests.support.world import START, World

SLOT = replace(slots_on(local_date(START), START, POLICY.pickup)[0], capacity=2)


async def test_a_pickup_is_read_by_its_id_and_as_the_foremost_of_its_return(world: World) -> None:
    case = await open_case(world, pickup=True)
    first = case.pickup
    assert first
    owner, return_id = case.this_return.shopper_id, case.this_return.id
    await write(world, cancel_pickup, owner, first.id)
    second = await write(world, book_pickup, owner, return_id, PickupRequest())
    async with world.db.read() as connection:
        by_id = await pickups_by_id(connection, owner, [first.id, second.id, "pic_unknown"])
        assert set(by_id) == {first.id, second.id}
        assert await pickups_by_return(connection, owner, [return_id, "ret_unknown"]) == {
            return_id: second
        }


async def test_a_pickup_moves_only_where_its_table_lets_it(world: World) -> None:
    case = await open_case(world, pickup=True)
    pickup = case.pickup
    assert pickup
    assert not await write(world, move_pickup, pickup, PickupStatus.LOST)
    assert await write(world, move_pickup, pickup, PickupStatus.ACCEPTED)
    assert await write(world, move_pickup, pickup, PickupStatus.COLLECTED)
    assert not await write(world, move_pickup, pickup, PickupStatus.ACCEPTED)


async def test_so_does_its_fee(world: World) -> None:
    case = await open_case(world, pickup=True)
    pickup = case.pickup
    assert pickup
    assert pickup.fee_status is FeeStatus.UNPAID
    assert not await write(world, move_fee, pickup, FeeStatus.UNPAID)
    assert (await read_case(world, case)).pickup == pickup


async def test_what_is_updated_is_nothing_else(world: World) -> None:
    case = await open_case(world, pickup=True)
    pickup = case.pickup
    assert pickup
    await world.db.write(lambda tx: update_pickup(tx, pickup, weight_grams=900))
    assert (await read_case(world, case)).pickup == replace(pickup, weight_grams=900)


async def test_there_are_as_many_places_as_the_slot_has(world: World) -> None:
    async def use_case(tx: Tx) -> tuple[list[bool], bool, bool]:
        taken = [await take_place(tx, WEST_LAKE, SLOT) for _ in range(3)]
        elsewhere = await take_place(tx, "上海市", SLOT)
        await give_back_place(tx, WEST_LAKE, SLOT.key)
        return taken, elsewhere, await take_place(tx, WEST_LAKE, SLOT)

    assert await unwritten(world, use_case) == ([True, True, False], True, True)


async def test_a_slot_that_nobody_booked_has_all_its_places(world: World) -> None:
    free = replace(SLOT, key="20260310T13", capacity=7)

    async def use_case(tx: Tx) -> list[tuple[str, int]]:
        await take_place(tx, WEST_LAKE, SLOT)
        found = await with_capacity(tx.connection, WEST_LAKE, [SLOT, free])
        return [(one.slot.key, one.capacity_left) for one in found]

    assert await unwritten(world, use_case) == [(SLOT.key, 1), (free.key, 7)]
