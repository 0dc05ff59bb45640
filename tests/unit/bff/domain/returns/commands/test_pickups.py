import pytest

from bff.core.refusal import NotFound
from bff.domain.payments.model import PaymentKind
from bff.domain.pickups.bookings import PickupRequest
from bff.domain.pickups.model import CancelReason, PickupStatus
from bff.domain.pickups.refusals import (
    PickupBookedAlready,
    PickupFeeNotDue,
    PickupFeePaymentUnderWay,
    PickupNotCancellable,
    PickupNotOffered,
    PickupNotReschedulable,
    SlotNotOffered,
)
from bff.domain.returns.commands.pickups import (
    book_pickup,
    cancel_pickup,
    pay_fee,
    reschedule_pickup,
)
from bff.domain.returns.refusals import ReturnNotAwaitingShipment
from bff.domain.returns.reports import courier
from bff.domain.returns.transitions.returns import approve
from tests.support.database import nothing_changes, places_left
from tests.support.return_cases import (
    ELECTRONICS,
    apply_report,
    collected_case,
    event_kinds,
    open_case,
    payments_of,
    read_case,
    write,
)
from tests.support.world import World

WINDOW = "20260310T13"


async def test_a_pickup_is_booked_where_none_is_open(world: World) -> None:
    case = await open_case(world)
    owner, return_id = case.this_return.shopper_id, case.this_return.id
    pickup = await write(world, book_pickup, owner, return_id, PickupRequest())
    assert (await read_case(world, case)).pickup == pickup
    with pytest.raises(PickupBookedAlready) as refusal:
        await write(world, book_pickup, owner, return_id, PickupRequest())
    assert refusal.value.pickup_id == pickup.id
    await write(world, cancel_pickup, owner, pickup.id)
    second = await write(world, book_pickup, owner, return_id, PickupRequest())
    assert (await read_case(world, case)).pickup == second


async def test_a_pickup_is_for_an_approved_return_and_its_level(world: World) -> None:
    waiting = await open_case(world, goods=ELECTRONICS)
    low = await open_case(world, level=1)
    owner, return_id = waiting.this_return.shopper_id, waiting.this_return.id
    with pytest.raises(ReturnNotAwaitingShipment):
        await write(world, book_pickup, owner, return_id, PickupRequest())
    await write(world, approve, low.this_return)
    with pytest.raises(PickupNotOffered) as refusal:
        await write(
            world, book_pickup, low.this_return.shopper_id, low.this_return.id, PickupRequest()
        )
    assert (refusal.value.level, refusal.value.level_needed) == (1, 2)


async def test_another_slot_gives_the_old_place_back(world: World) -> None:
    case = await open_case(world, pickup=True)
    assert case.pickup
    owner, old = case.this_return.shopper_id, case.pickup.slot_key
    moved = await write(world, reschedule_pickup, owner, case.pickup.id, WINDOW)
    assert (await read_case(world, case)).pickup == moved
    assert (moved.id, moved.slot_key) == (case.pickup.id, WINDOW)
    left = await places_left(world.db)
    assert left[old] == left[WINDOW] + 1
    assert (await event_kinds(world.db, case))[-1] == "PICKUP_RESCHEDULED"


async def test_the_old_slot_is_kept_where_the_other_is_not_offered(world: World) -> None:
    case = await open_case(world, pickup=True)
    assert case.pickup
    async with nothing_changes(world):
        with pytest.raises(SlotNotOffered):
            await write(
                world, reschedule_pickup, case.this_return.shopper_id, case.pickup.id, "20260310T08"
            )


async def test_a_pickup_is_called_off_until_the_goods_are_collected(world: World) -> None:
    case = await open_case(world, pickup=True)
    assert case.pickup
    await write(world, cancel_pickup, case.this_return.shopper_id, case.pickup.id)
    cancelled = (await read_case(world, case)).pickup
    assert cancelled
    assert (cancelled.status, cancelled.cancel_reason) == (
        PickupStatus.CANCELLED,
        CancelReason.SHOPPER,
    )
    collected, pickup = await collected_case(world)
    owner = collected.this_return.shopper_id
    with pytest.raises(PickupNotCancellable):
        await write(world, cancel_pickup, owner, pickup.id)
    with pytest.raises(PickupNotReschedulable):
        await write(world, reschedule_pickup, owner, pickup.id, WINDOW)


async def test_a_fee_is_paid_once_it_is_final_and_not_twice(world: World) -> None:
    case, pickup = await collected_case(world)
    owner = case.this_return.shopper_id
    with pytest.raises(PickupFeeNotDue):
        await write(world, pay_fee, owner, pickup.id)
    await apply_report(world, courier.weighed, pickup.id, 1_500)
    await write(world, pay_fee, owner, pickup.id)
    [payment] = await payments_of(world.db, pickup.id)
    assert (payment.kind, payment.amount.minor) == (PaymentKind.PICKUP_FEE, 1_700)
    with pytest.raises(PickupFeePaymentUnderWay):
        await write(world, pay_fee, owner, pickup.id)


async def test_others_pickups_are_not_there(world: World) -> None:
    case = await open_case(world, pickup=True)
    assert case.pickup
    for pickup_id in (case.pickup.id, "pic_unknown"):
        for command in (cancel_pickup, pay_fee):
            with pytest.raises(NotFound) as refusal:
                await write(world, command, "sho_another", pickup_id)
            assert refusal.value.field == "pickupId"
