import pytest
from msgspec.structs import replace

from bff.domain.pickups import service
from bff.domain.pickups.couriers import Courier
from bff.domain.pickups.model import CancelReason, Pickup, PickupStatus, VisitFailure
from bff.domain.pickups.refusals import PickupNotCancellable
from tests.support.database import places_left
from tests.support.models import PICKUP, POLICY
from tests.support.return_cases import collected_case, open_case, outbox_messages, write
from tests.support.rows import pickup_under
from tests.support.world import World

COMPANIES = [courier.code for courier in POLICY.pickup.couriers]


async def booked(world: World) -> Pickup:
    case = await open_case(world, pickup=True)
    assert case.pickup
    return case.pickup


async def read(world: World, pickup: Pickup) -> Pickup:
    async with world.db.read() as connection:
        return await pickup_under(connection, pickup.id)


async def test_a_cancelled_pickup_informs_the_company_and_frees_its_place(world: World) -> None:
    pickup = await booked(world)
    before = (await places_left(world.db))[pickup.slot_key]
    cancelled = await write(world, service.cancel, pickup, CancelReason.SHOPPER)
    assert cancelled == await read(world, pickup)
    assert (cancelled.status, cancelled.cancel_reason) == (
        PickupStatus.CANCELLED,
        CancelReason.SHOPPER,
    )
    assert (await places_left(world.db))[pickup.slot_key] == before + 1
    assert await outbox_messages(world.db, pickup.id) == ["pickup.requested", "pickup.cancelled"]


async def test_goods_in_the_couriers_hands_are_not_cancelled(world: World) -> None:
    _, pickup = await collected_case(world)
    before = await places_left(world.db)
    with pytest.raises(PickupNotCancellable):
        await write(world, service.cancel, pickup, CancelReason.SHOPPER)
    assert await places_left(world.db) == before


async def test_a_dropped_pickup_informs_nobody(world: World) -> None:
    pickup = await booked(world)
    await write(world, service.accept, pickup, world.clock.now(), Courier())
    why = CancelReason.VISIT_FAILED, VisitFailure.NOBODY_HOME
    assert await write(world, service.drop, pickup, *why)
    assert not await write(world, service.drop, pickup, *why)
    failed = await read(world, pickup)
    assert (failed.status, failed.cancel_reason, failed.visit_failure) == (
        PickupStatus.CANCELLED,
        CancelReason.VISIT_FAILED,
        VisitFailure.NOBODY_HOME,
    )
    assert await outbox_messages(world.db, pickup.id) == ["pickup.requested"]


async def test_another_company_is_requested_for_the_same_slot(world: World) -> None:
    pickup = await booked(world)
    await write(world, service.offer, pickup, "sf")
    offered = await read(world, pickup)
    assert offered == replace(pickup, courier_company="sf", requested_at=world.clock.now())
    assert await outbox_messages(world.db, pickup.id) == ["pickup.requested"] * 2


def test_companies_follow_one_another_as_the_policy_prefers_them() -> None:
    following = [
        service.next_company(replace(PICKUP, courier_company=code), POLICY.pickup)
        for code in COMPANIES
    ]
    assert following == [*COMPANIES[1:], None]
