"""A courier's word of who has the goods, told after the merchant's, or after the end."""

from datetime import timedelta

import pytest

from bff.core.report_errors import ImpossibleReportError
from bff.domain.pickups.model import Pickup, PickupStatus
from bff.domain.returns.model import Case, CloseReason, ReturnStatus
from bff.domain.returns.reports import courier, merchant
from bff.domain.returns.transitions.returns import close
from bff.domain.stars.model import Behaviour
from tests.support.database import nothing_changes
from tests.support.return_cases import (
    CAINIAO_NUMBER,
    event_kinds,
    open_case,
    read_case,
    write,
)
from tests.support.star_behaviours import record_behaviour, stars_of
from tests.support.world import World

DAY = timedelta(days=1)


async def booked(world: World) -> tuple[Case, Pickup]:
    case = await open_case(world, level=4, pickup=True)
    assert case.pickup
    return case, case.pickup


async def test_goods_that_arrived_were_collected_before(world: World) -> None:
    """The merchant's word comes first, and calls the courier off, who has been there."""
    case, pickup = await booked(world)
    collected_at = world.clock.now() + timedelta(hours=1)
    world.clock.advance(DAY)
    await write(world, merchant.received, case.this_return.id)
    assert await write(world, courier.collected, pickup.id, "cainiao", collected_at)
    assert await write(world, courier.weighed, pickup.id, 900, "cainiao")
    after = await read_case(world, case)
    assert after.pickup
    assert (after.pickup.status, after.pickup.collected_at) == (
        PickupStatus.COLLECTED,
        collected_at,
    )
    assert after.this_return.status is ReturnStatus.AWAITING_MERCHANT_RECEIPT


async def test_goods_are_not_collected_after_they_arrived(world: World) -> None:
    case, pickup = await booked(world)
    world.clock.advance(DAY)
    await write(world, merchant.received, case.this_return.id)
    world.clock.advance(DAY)
    async with nothing_changes(world):
        with pytest.raises(ImpossibleReportError, match="the return is AWAITING_MERCHANT_RECEIPT"):
            await write(world, courier.collected, pickup.id, "cainiao")


async def test_a_return_that_was_closed_goes_on_with_the_courier(world: World) -> None:
    case, pickup = await booked(world)
    shopper, return_id = case.this_return.shopper_id, case.this_return.id
    world.clock.advance(DAY)
    await write(world, close, case.this_return, CloseReason.NOT_SHIPPED_BACK)
    await record_behaviour(world, shopper, Behaviour.BROKEN_PROMISE, return_id)
    collected_at = world.clock.now() - timedelta(hours=1)
    assert await write(world, courier.waybill, pickup.id, CAINIAO_NUMBER, None, collected_at)
    after = (await read_case(world, case)).this_return
    assert after.status is ReturnStatus.AWAITING_MERCHANT_RECEIPT
    assert (after.waybill_number, after.shipped_at) == (CAINIAO_NUMBER, collected_at)
    assert (await stars_of(world, shopper)).level == 4
    assert "RETURN_REOPENED" in await event_kinds(world.db, case)


async def test_a_refusal_that_stands_is_not_opened_again_by_a_courier(world: World) -> None:
    case, pickup = await booked(world)
    await write(world, close, case.this_return, CloseReason.REFUSAL_STANDS)
    async with nothing_changes(world):
        with pytest.raises(ImpossibleReportError, match="the return is CLOSED"):
            await write(world, courier.collected, pickup.id)
