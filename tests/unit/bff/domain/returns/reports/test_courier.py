from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bff.core.report_errors import ImpossibleReportError
from bff.domain.pickups.bookings import PickupRequest
from bff.domain.pickups.model import CancelReason, PickupStatus
from bff.domain.returns.commands.pickups import book_pickup, cancel_pickup
from bff.domain.returns.commands.waybill import submit_waybill
from bff.domain.returns.model import ReturnStatus, WaybillSource
from bff.domain.returns.reports import courier, merchant
from bff.domain.returns.reports.collection import known_pickup
from tests.support.database import nothing_changes, statements
from tests.support.return_cases import (
    CAINIAO_NUMBER,
    SF_NUMBER,
    apply_report,
    collected_case,
    event_kinds,
    open_case,
    read_case,
    write,
)
from tests.support.world import World

HEAVY_GRAMS = 5_000
CORRECTED = "CN1234567891"


async def test_a_report_of_another_company_is_impossible(world: World) -> None:
    case = await open_case(world, pickup=True)
    assert case.pickup
    async with nothing_changes(world):
        for report, *facts in (
            (courier.accepted,),
            (courier.collected,),
            (courier.weighed, 800),
            (courier.waybill, CAINIAO_NUMBER),
        ):
            with pytest.raises(ImpossibleReportError, match="offered to cainiao"):
                await apply_report(world, report, case.pickup.id, *facts, "sf")


async def test_an_unknown_pickup_has_no_reports(world: World) -> None:
    with pytest.raises(ImpossibleReportError, match="no such pickup"):
        await apply_report(world, courier.collected, "pic_unknown")


@pytest.mark.parametrize(
    ("report", "facts"),
    [(courier.collected, ()), (courier.weighed, (800,)), (courier.waybill, (CAINIAO_NUMBER,))],
)
async def test_what_is_certain_implies_what_came_before(
    world: World, report: Callable[..., Any], facts: tuple[Any, ...]
) -> None:
    case = await open_case(world, level=4, pickup=True)
    assert case.pickup
    at = world.clock.now()
    world.clock.advance(timedelta(minutes=1))
    assert await apply_report(world, report, case.pickup.id, *facts, "cainiao", at=at)
    pickup = (await read_case(world, case)).pickup
    assert pickup
    assert (pickup.status, pickup.accepted_at, pickup.collected_at) == (
        *(PickupStatus.COLLECTED, at, at),
    )
    kinds = await event_kinds(world.db, case)
    assert kinds[3:5] == ["PICKUP_ACCEPTED", "PICKUP_COLLECTED"]


async def test_the_earliest_moment_of_a_collection_stands(world: World) -> None:
    case = await open_case(world, pickup=True)
    assert case.pickup
    at = world.clock.now()
    later = at + timedelta(minutes=2)
    world.clock.advance(timedelta(minutes=3))
    await apply_report(world, courier.weighed, case.pickup.id, 800, "cainiao", at=later)
    await apply_report(world, courier.collected, case.pickup.id, "cainiao", at=at)
    async with nothing_changes(world):
        assert not await apply_report(world, courier.collected, case.pickup.id, "cainiao", at=later)
    pickup = (await read_case(world, case)).pickup
    assert pickup
    assert pickup.collected_at == at


async def test_a_clock_a_little_slow_is_believed_and_no_other(world: World) -> None:
    case = await open_case(world, pickup=True)
    assert case.pickup
    before = case.pickup.booked_at - timedelta(minutes=5, seconds=1)
    async with nothing_changes(world):
        with pytest.raises(ImpossibleReportError, match=r"at: not before .*, when the pickup was"):
            await apply_report(world, courier.collected, case.pickup.id, "cainiao", at=before)
    slow = before + timedelta(seconds=1)
    await apply_report(world, courier.collected, case.pickup.id, "cainiao", at=slow)
    pickup = (await read_case(world, case)).pickup
    assert pickup
    assert pickup.collected_at == pickup.booked_at


async def test_goods_that_were_collected_before_the_cancellation_are_with_the_courier(
    world: World,
) -> None:
    case = await open_case(world, pickup=True)
    assert case.pickup
    shopper, at = case.this_return.shopper_id, world.clock.now()
    world.clock.advance(timedelta(minutes=1))
    await write(world, cancel_pickup, shopper, case.pickup.id)
    booked = await write(world, book_pickup, shopper, case.this_return.id, PickupRequest())
    assert await apply_report(world, courier.collected, case.pickup.id, "cainiao", at=at)
    case = await read_case(world, case)
    assert case.pickup
    assert (case.pickup.status, case.pickup.cancel_reason) == (PickupStatus.COLLECTED, None)
    other = (await write(world, known_pickup, booked.id)).cancel_reason
    assert other is CancelReason.SHIPPED_OTHERWISE


async def test_goods_that_were_sent_otherwise_are_not_with_the_courier(world: World) -> None:
    case = await open_case(world, pickup=True)
    assert case.pickup
    shopper, return_id = case.this_return.shopper_id, case.this_return.id
    await write(world, submit_waybill, shopper, return_id, "sf", SF_NUMBER)
    async with nothing_changes(world):
        with pytest.raises(ImpossibleReportError, match="the return is AWAITING_MERCHANT_RECEIPT"):
            await apply_report(world, courier.collected, case.pickup.id)


async def test_the_same_report_changes_nothing_the_second_time(world: World) -> None:
    case, pickup = await collected_case(world)
    assert await apply_report(world, courier.weighed, pickup.id, 800)
    async with nothing_changes(world):
        assert not await apply_report(world, courier.accepted, pickup.id, "cainiao")
        assert not await apply_report(world, courier.collected, pickup.id)
        assert not await apply_report(world, courier.weighed, pickup.id, 800)
    assert (await event_kinds(world.db, case))[-2:] == ["PICKUP_WEIGHED", "PICKUP_FEE_DUE"]


@pytest.mark.parametrize("grams", [0, -1, courier.MAX_WEIGHT_GRAMS + 1])
async def test_a_weight_that_no_parcel_has_is_impossible(world: World, grams: int) -> None:
    _, pickup = await collected_case(world)
    with pytest.raises(ImpossibleReportError, match="weightGrams: 1 to 100000"):
        await apply_report(world, courier.weighed, pickup.id, grams)


async def test_another_weight_is_impossible_once_the_fee_is_final(world: World) -> None:
    _, pickup = await collected_case(world)
    await apply_report(world, courier.weighed, pickup.id, 800)
    with pytest.raises(ImpossibleReportError, match="final"):
        await apply_report(world, courier.weighed, pickup.id, 900)


async def test_a_number_waits_for_the_fee_and_the_fee_is_announced_once(world: World) -> None:
    case, pickup = await collected_case(world)
    assert await apply_report(world, courier.waybill, pickup.id, CAINIAO_NUMBER)
    held = await read_case(world, case)
    assert held.this_return.status is ReturnStatus.AWAITING_RETURN_SHIPMENT
    assert held.pickup
    assert (held.pickup.held_waybill, held.pickup.fee_due) == (CAINIAO_NUMBER, True)
    assert (await event_kinds(world.db, case)).count("PICKUP_FEE_DUE") == 1
    async with nothing_changes(world):
        assert not await apply_report(world, courier.waybill, pickup.id, CAINIAO_NUMBER)
    assert await apply_report(world, courier.waybill, pickup.id, CORRECTED)
    corrected = await read_case(world, case)
    assert corrected.pickup
    assert corrected.pickup.held_waybill == CORRECTED
    assert (await event_kinds(world.db, case)).count("PICKUP_FEE_DUE") == 1


async def test_a_number_is_sent_when_the_courier_says(world: World) -> None:
    case, pickup = await collected_case(world, level=4)
    sent_at = world.clock.now()
    world.clock.advance(timedelta(hours=2))
    assert await apply_report(world, courier.waybill, pickup.id, CAINIAO_NUMBER, None, at=sent_at)
    sent = (await read_case(world, case)).this_return
    assert (sent.shipped_at, sent.waybill_at) == (sent_at, sent_at)


async def test_the_courier_corrects_a_number_whoever_entered_it(world: World) -> None:
    case, pickup = await collected_case(world, level=4)
    shopper, return_id = case.this_return.shopper_id, case.this_return.id
    await write(world, submit_waybill, shopper, return_id, "cainiao", CAINIAO_NUMBER)
    sent = (await read_case(world, case)).this_return
    world.clock.advance(timedelta(minutes=1))
    for number in (CORRECTED, CAINIAO_NUMBER):
        assert await apply_report(world, courier.waybill, pickup.id, number)
        async with nothing_changes(world):
            assert not await apply_report(world, courier.waybill, pickup.id, number)
        now = (await read_case(world, case)).this_return
        assert (now.waybill_number, now.waybill_by) == (number, WaybillSource.COURIER)
        assert (now.shipped_at, now.status) == (sent.shipped_at, sent.status)
    assert (await event_kinds(world.db, case))[-2:] == ["WAYBILL_CORRECTED"] * 2


async def test_an_older_number_that_comes_late_corrects_nothing(world: World) -> None:
    case, pickup = await collected_case(world, level=4)
    before = world.clock.now()
    world.clock.advance(timedelta(minutes=10))
    await apply_report(world, courier.waybill, pickup.id, CORRECTED)
    async with nothing_changes(world):
        with pytest.raises(ImpossibleReportError, match="not before the newer number"):
            await apply_report(world, courier.waybill, pickup.id, CAINIAO_NUMBER, None, at=before)
    assert (await read_case(world, case)).this_return.waybill_number == CORRECTED


async def test_once_the_merchant_has_the_goods_the_number_stays(world: World) -> None:
    case, pickup = await collected_case(world, level=4)
    await apply_report(world, courier.waybill, pickup.id, CAINIAO_NUMBER)
    await apply_report(world, merchant.received, case.this_return.id)
    async with nothing_changes(world):
        with pytest.raises(ImpossibleReportError, match="the merchant has the goods"):
            await apply_report(world, courier.waybill, pickup.id, CORRECTED)
    await apply_report(world, merchant.accepted, case.this_return.id)
    async with nothing_changes(world):
        assert not await apply_report(world, courier.waybill, pickup.id, CAINIAO_NUMBER)
        with pytest.raises(ImpossibleReportError):
            await apply_report(world, courier.waybill, pickup.id, CORRECTED)


async def test_a_covered_pickup_goes_on_at_once(world: World) -> None:
    case, pickup = await collected_case(world, level=4)
    assert await apply_report(world, courier.waybill, pickup.id, CAINIAO_NUMBER)
    sent = (await read_case(world, case)).this_return
    assert (sent.waybill_number, sent.waybill_by) == (CAINIAO_NUMBER, WaybillSource.COURIER)


async def test_a_number_that_the_company_never_prints_is_impossible(world: World) -> None:
    _, pickup = await collected_case(world)
    with pytest.raises(ImpossibleReportError, match="waybillNumber: CN and 10 digits"):
        await apply_report(world, courier.waybill, pickup.id, SF_NUMBER)


async def test_a_number_of_another_parcel_is_impossible(world: World) -> None:
    other, first = await collected_case(world, level=4)
    await apply_report(world, courier.waybill, first.id, CAINIAO_NUMBER)
    _, pickup = await collected_case(world, level=4)
    with pytest.raises(ImpossibleReportError, match="other goods"):
        await apply_report(world, courier.waybill, pickup.id, CAINIAO_NUMBER)
    assert (await read_case(world, other)).this_return.waybill_number == CAINIAO_NUMBER


async def test_a_pickup_is_read_once_a_report(world: World) -> None:
    _, pickup = await collected_case(world)
    with statements(world.db) as seen:
        await apply_report(world, courier.weighed, pickup.id, HEAVY_GRAMS, "cainiao")
    by_id = [sql for sql in seen if "FROM pickups" in sql and "WHERE pickups.id" in sql]
    assert len(by_id) == 1


@pytest.mark.parametrize("ended", [True, False])
async def test_the_number_of_goods_that_came_without_one_is_kept(world: World, ended: bool) -> None:
    case, pickup = await collected_case(world, level=4)
    report = merchant.accepted if ended else merchant.received
    await apply_report(world, report, case.this_return.id)
    before = (await read_case(world, case)).this_return
    assert await apply_report(world, courier.waybill, pickup.id, CAINIAO_NUMBER)
    after = (await read_case(world, case)).this_return
    assert (after.waybill_number, after.status) == (CAINIAO_NUMBER, before.status)
    assert ("WAYBILL_SUBMITTED" in await event_kinds(world.db, case)) is not ended
    async with nothing_changes(world):
        with pytest.raises(ImpossibleReportError):
            await apply_report(world, courier.waybill, pickup.id, CORRECTED)
