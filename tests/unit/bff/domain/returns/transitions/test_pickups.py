import pytest
from msgspec.structs import replace

from bff.db.transaction import Tx
from bff.domain.pickups.bookings import PickupRequest
from bff.domain.pickups.model import CancelReason, FeeStatus, PickupStatus
from bff.domain.pickups.refusals import PickupNotCancellable
from bff.domain.returns.model import Case
from bff.domain.returns.rules.returnability import offered_pickup
from bff.domain.returns.subjects import subject_opened
from bff.domain.returns.transitions import pickups
from tests.support.database import places_left
from tests.support.return_cases import (
    collected_case,
    event_kinds,
    open_case,
    outbox_messages,
    read_case,
    write,
)
from tests.support.rows import pickup_under
from tests.support.world import World


async def book(tx: Tx, case: Case) -> None:
    subject = await subject_opened(tx, case.this_return)
    quote = offered_pickup(subject)
    await pickups.book(tx, case, PickupRequest(), quote, subject)


async def test_a_booked_pickup_is_the_cases_and_is_announced(world: World) -> None:
    case = await open_case(world)
    await write(world, book, case)
    booked = (await read_case(world, case)).pickup
    assert booked
    assert booked.status is PickupStatus.AWAITING_COURIER
    assert (await event_kinds(world.db, case))[-1] == "PICKUP_BOOKED"
    assert await outbox_messages(world.db, booked.id) == ["pickup.requested"]


async def test_a_pickup_that_is_called_off_leaves_its_place(world: World) -> None:
    case = await open_case(world, pickup=True)
    before = await places_left(world.db)
    after = await write(world, pickups.call_off, case, case.pickup, CancelReason.SHOPPER)
    assert after == await read_case(world, case)
    assert after.pickup
    assert after.pickup.cancel_reason is CancelReason.SHOPPER
    assert await places_left(world.db) == {key: left + 1 for key, left in before.items()}


async def test_goods_in_the_couriers_hands_cannot_be_called_off(world: World) -> None:
    case, pickup = await collected_case(world)
    with pytest.raises(PickupNotCancellable) as refusal:
        await write(world, pickups.call_off, case, pickup, CancelReason.SHOPPER)
    assert refusal.value.status is PickupStatus.COLLECTED


@pytest.mark.parametrize(("grams", "fee"), [(None, 1_200), (2_500, 2_200)])
async def test_a_fixed_fee_is_what_the_database_has(
    world: World, grams: int | None, fee: int
) -> None:
    case, pickup = await collected_case(world)
    fixed = await write(world, pickups.fix_fee, case.this_return, pickup, grams)
    assert (fixed.fee_minor, fixed.fee_status, fixed.fee_due) == (fee, FeeStatus.UNPAID, True)
    async with world.db.read() as connection:
        assert await pickup_under(connection, pickup.id) == fixed


async def test_what_a_cover_does_not_pay_makes_a_waived_fee_unpaid(world: World) -> None:
    case, pickup = await collected_case(world, level=4)
    assert pickup.fee_status is FeeStatus.WAIVED
    fixed = await write(world, pickups.fix_fee, case.this_return, pickup, 3_000)
    assert (fixed.fee_status, fixed.shopper_pays_minor) == (FeeStatus.UNPAID, 200)
    assert (await read_case(world, case)).pickup == fixed


async def test_a_fee_is_fixed_once(world: World) -> None:
    case, pickup = await collected_case(world)
    fixed = await write(world, pickups.fix_fee, case.this_return, pickup, 900)
    assert await write(world, pickups.fix_fee, case.this_return, fixed, 9_000) is fixed
    assert (await read_case(world, case)).pickup == replace(fixed)
