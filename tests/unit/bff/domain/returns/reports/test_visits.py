from datetime import timedelta

import pytest

from bff.core.report_errors import ImpossibleReportError
from bff.domain.pickups.model import CancelReason, PickupStatus, VisitFailure
from bff.domain.pickups.offers import OfferEnd, WithdrawalReason
from bff.domain.pickups.store import past_offers_of
from bff.domain.returns.commands.pickups import cancel_pickup
from bff.domain.returns.reports import courier, visits
from bff.domain.returns.store import get_case
from tests.support.database import nothing_changes
from tests.support.return_cases import (
    apply_report,
    collected_case,
    event_kinds,
    open_case,
    read_case,
    write,
)
from tests.support.world import World

HOUR = timedelta(hours=1)


async def test_a_failed_visit_ends_the_pickup_once(world: World) -> None:
    case = await open_case(world, pickup=True)
    assert case.pickup
    now = world.clock.now()
    failed = case.pickup.id, VisitFailure.NOBODY_HOME, "cainiao", now
    assert await write(world, visits.visit_failed, *failed)
    pickup = (await read_case(world, case)).pickup
    assert pickup
    assert (pickup.status, pickup.cancel_reason, pickup.visit_failure) == (
        PickupStatus.CANCELLED,
        CancelReason.VISIT_FAILED,
        VisitFailure.NOBODY_HOME,
    )
    async with nothing_changes(world):
        assert not await write(world, visits.visit_failed, *failed)


async def test_each_company_that_had_the_pickup_is_remembered_with_why_it_lost_it(
    world: World,
) -> None:
    case = await open_case(world, pickup=True)
    assert case.pickup
    pickup_id, now = case.pickup.id, world.clock.now()
    unable = VisitFailure.COURIER_UNABLE
    await write(world, visits.visit_failed, pickup_id, unable, "cainiao", now)
    why = WithdrawalReason.OTHER
    await write(world, visits.withdrawn, pickup_id, why, "sf", now)
    offers = await write(world, past_offers_of, case.pickup)
    assert {(one.courier_company, one.end, one.visit_failure) for one in offers} == {
        ("cainiao", OfferEnd.VISIT_FAILED, unable),
        ("sf", OfferEnd.WITHDRAWN, None),
    }


async def test_nothing_can_be_said_of_the_visit_once_the_goods_are_collected(world: World) -> None:
    _, pickup = await collected_case(world)
    now = world.clock.now()
    async with nothing_changes(world):
        for report, *facts in (
            (visits.visit_failed, VisitFailure.NOBODY_HOME),
            (visits.withdrawn, WithdrawalReason.OTHER),
            (visits.rescheduled, now, now + HOUR),
        ):
            with pytest.raises(ImpossibleReportError, match="collected already"):
                await apply_report(world, report, pickup.id, *facts, "cainiao", at=now)


async def test_nor_once_the_shopper_has_cancelled(world: World) -> None:
    case = await open_case(world, pickup=True)
    assert case.pickup
    await write(world, cancel_pickup, case.this_return.shopper_id, case.pickup.id)
    now, pickup_id = world.clock.now(), case.pickup.id
    async with nothing_changes(world):
        why, nobody = WithdrawalReason.OTHER, VisitFailure.NOBODY_HOME
        assert not await write(world, visits.withdrawn, pickup_id, why, "cainiao", now)
        with pytest.raises(ImpossibleReportError, match="the pickup is cancelled"):
            await write(world, visits.visit_failed, pickup_id, nobody, "cainiao", now)


async def test_a_company_that_lost_the_pickup_sets_no_time(world: World) -> None:
    case = await open_case(world, pickup=True)
    assert case.pickup
    now = world.clock.now()
    await write(world, visits.withdrawn, case.pickup.id, WithdrawalReason.OTHER, "cainiao", now)
    times = now + HOUR, now + 2 * HOUR
    async with nothing_changes(world):
        with pytest.raises(ImpossibleReportError, match="the pickup is offered to sf"):
            await write(world, visits.rescheduled, case.pickup.id, *times, "cainiao", now)


async def test_another_time_that_the_company_has_set_takes_no_place(world: World) -> None:
    case = await open_case(world, pickup=True)
    assert case.pickup
    now = world.clock.now()
    times = now + HOUR, now + 3 * HOUR
    assert await write(world, visits.rescheduled, case.pickup.id, *times, "cainiao", now)
    moved = (await read_case(world, case)).pickup
    assert moved
    assert (moved.starts_at, moved.ends_at, moved.status) == (*times, PickupStatus.ACCEPTED)
    await write(world, cancel_pickup, case.this_return.shopper_id, moved.id)


async def test_a_parcel_is_lost_once(world: World) -> None:
    case, pickup = await collected_case(world, level=4)
    now = world.clock.now()
    await apply_report(world, courier.weighed, pickup.id, 800)
    assert await write(world, visits.lost, pickup.id, "cainiao", now)
    async with nothing_changes(world):
        assert not await write(world, visits.lost, pickup.id, "cainiao", now)
        assert not await apply_report(world, courier.collected, pickup.id, "cainiao", at=now)
    after = await write(world, get_case, case.this_return.shopper_id, case.this_return.id)
    assert after.is_loss
    assert (await event_kinds(world.db, case))[-2:] == ["PARCEL_LOST", "RETURN_SUCCEEDED"]


async def test_a_lost_parcel_costs_nothing_whatever_is_weighed_later(world: World) -> None:
    _, pickup = await collected_case(world)
    await apply_report(world, courier.weighed, pickup.id, 900)
    await write(world, visits.lost, pickup.id, pickup.courier_company, world.clock.now())
    async with nothing_changes(world):
        with pytest.raises(ImpossibleReportError, match="the parcel is lost: it costs nothing"):
            await apply_report(world, courier.weighed, pickup.id, 1_500)
