from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from msgspec.structs import replace

from bff.core.report_errors import ImpossibleReportError
from bff.core.signatures import TOLERANCE
from bff.domain.refunds.model import AdvanceStatus
from bff.domain.returns.commands.express_refund import open_refund
from bff.domain.returns.commands.returns import TapRequest, cancel_return, one_tap
from bff.domain.returns.model import Case, Deduction, RefusedBecause, ReturnStatus
from bff.domain.returns.reports import merchant
from bff.domain.returns.transitions.returns import let_refusal_stand, succeed
from tests.support.database import nothing_changes
from tests.support.factories import create_order, create_shopper
from tests.support.return_cases import (
    ELECTRONICS,
    EMPTY_PARCEL,
    advanced_case,
    apply_report,
    event_kinds,
    open_case,
    read_case,
    refused_case,
    shipped_case,
    write,
)
from tests.support.world import World

DAY = timedelta(days=1)
NO = (RefusedBecause.USED_ITEM, "worn", ("https://photos.example/1",))
Report = Callable[..., Awaitable[bool]]
REPORTS: list[tuple[Report, tuple[Any, ...]]] = [
    (merchant.approved, ()),
    (merchant.refused, NO),
    (merchant.received, ()),
    (merchant.accepted, ()),
    (merchant.goods_refused, EMPTY_PARCEL),
]


@pytest.mark.parametrize(("report", "facts"), REPORTS)
async def test_there_is_nothing_to_report_of_an_unknown_return(
    world: World, report: Report, facts: tuple[Any, ...]
) -> None:
    with pytest.raises(ImpossibleReportError, match="no such return"):
        await apply_report(world, report, "ret_unknown", *facts)


@pytest.mark.parametrize(("report", "facts"), REPORTS[:2])
async def test_a_closed_request_stays_closed(
    world: World, report: Report, facts: tuple[Any, ...]
) -> None:
    case = await cancelled_case(world)
    async with nothing_changes(world):
        with pytest.raises(ImpossibleReportError, match="the return is CLOSED"):
            await apply_report(world, report, case.this_return.id, *facts)


async def cancelled_case(world: World, **options: Any) -> Case:
    case = await open_case(world, **options)
    this_return = case.this_return
    await write(world, cancel_return, this_return.shopper_id, this_return.id)
    return await read_case(world, case)


@pytest.mark.parametrize(("report", "facts"), REPORTS[2:])
async def test_a_refusal_that_stands_is_not_opened_again_by_goods(
    world: World, report: Report, facts: tuple[Any, ...]
) -> None:
    case = await refused_case(world)
    await write(world, let_refusal_stand, case.this_return)
    async with nothing_changes(world):
        with pytest.raises(ImpossibleReportError, match="the return is CLOSED"):
            await apply_report(world, report, case.this_return.id, *facts)


@pytest.mark.parametrize(("report", "facts"), REPORTS[2:])
async def test_goods_of_a_return_whose_pieces_are_returned_again_change_nothing(
    world: World, report: Report, facts: tuple[Any, ...]
) -> None:
    case = await cancelled_case(world)
    this_return = case.this_return
    await write(world, one_tap, this_return.shopper_id, TapRequest(this_return.order_line_id))
    async with nothing_changes(world):
        with pytest.raises(ImpossibleReportError, match="its pieces are returned again"):
            await apply_report(world, report, this_return.id, *facts)


async def test_a_merchant_who_has_refused_the_request_may_give_in(world: World) -> None:
    case = await open_case(world, goods=ELECTRONICS)
    assert await apply_report(world, merchant.refused, case.this_return.id, *NO)
    assert not await apply_report(world, merchant.refused, case.this_return.id, *NO)
    assert await apply_report(world, merchant.approved, case.this_return.id)
    assert not await apply_report(world, merchant.approved, case.this_return.id)
    approved = (await read_case(world, case)).this_return
    assert approved.status is ReturnStatus.AWAITING_RETURN_SHIPMENT


async def test_a_request_that_is_approved_cannot_be_refused(world: World) -> None:
    case = await open_case(world)
    with pytest.raises(ImpossibleReportError):
        await apply_report(world, merchant.refused, case.this_return.id, *NO)


OUTCOMES = [
    (merchant.received, (), ReturnStatus.AWAITING_MERCHANT_RECEIPT),
    (merchant.accepted, (), ReturnStatus.SUCCEEDED),
    (merchant.goods_refused, EMPTY_PARCEL, ReturnStatus.MERCHANT_REFUSED),
]


async def requested_case(world: World) -> Case:
    return await open_case(world, goods=ELECTRONICS)


async def declined_case(world: World) -> Case:
    case = await requested_case(world)
    await apply_report(world, merchant.refused, case.this_return.id, *NO)
    return await read_case(world, case)


@pytest.mark.parametrize("make", [open_case, requested_case, declined_case, cancelled_case])
@pytest.mark.parametrize(("report", "facts", "status"), OUTCOMES)
async def test_goods_at_the_merchant_were_approved_and_sent(
    world: World,
    make: Callable[[World], Awaitable[Case]],
    report: Report,
    facts: tuple[Any, ...],
    status: ReturnStatus,
) -> None:
    case = await make(world)
    world.clock.advance(DAY)
    happened_at = world.clock.now() - timedelta(hours=1)
    assert await apply_report(world, report, case.this_return.id, *facts, at=happened_at)
    after = (await read_case(world, case)).this_return
    assert (after.status, after.waybill_number, after.close_reason) == (status, None, None)
    assert (after.shipped_at, after.goods_received_at) == (happened_at, happened_at)
    assert after.approved_at
    assert after.return_address_id
    assert "GOODS_RECEIVED" in await event_kinds(world.db, case)


@pytest.mark.parametrize(("report", "facts"), REPORTS)
async def test_nothing_is_believed_to_have_happened_before_the_return(
    world: World, report: Report, facts: tuple[Any, ...]
) -> None:
    case = await requested_case(world)
    opened_at = case.this_return.opened_at
    too_old = partial(report, at=opened_at - TOLERANCE - timedelta(seconds=1))
    async with nothing_changes(world):
        with pytest.raises(ImpossibleReportError, match="when the return was opened"):
            await write(world, too_old, case.this_return.id, *facts)
    tolerated = partial(report, at=opened_at - TOLERANCE)
    assert await write(world, tolerated, case.this_return.id, *facts)
    assert (await read_case(world, case)).this_return.goods_received_at in (None, opened_at)


async def test_the_earliest_receipt_counts(world: World) -> None:
    case = await shipped_case(world)
    world.clock.advance(DAY)
    now, return_id = world.clock.now(), case.this_return.id
    moments = [now, now - timedelta(hours=3), now - timedelta(hours=2)]
    seen = [await apply_report(world, merchant.received, return_id, at=at) for at in moments]
    received = await read_case(world, case)
    assert seen == [True, True, False]
    assert received.this_return.goods_received_at == now - timedelta(hours=3)
    assert (await event_kinds(world.db, case)).count("GOODS_RECEIVED") == 1


@pytest.mark.parametrize(("report", "facts"), REPORTS[3:])
async def test_goods_are_not_inspected_before_they_are_received(
    world: World, report: Report, facts: tuple[Any, ...]
) -> None:
    case = await shipped_case(world)
    world.clock.advance(DAY)
    received_at, return_id = world.clock.now(), case.this_return.id
    await apply_report(world, merchant.received, return_id)
    early = partial(report, at=received_at - timedelta(seconds=1))
    async with nothing_changes(world):
        with pytest.raises(ImpossibleReportError, match="at: not before the receipt"):
            await write(world, early, return_id, *facts)
    assert await apply_report(world, report, return_id, *facts, at=received_at)


async def test_a_receipt_after_the_end_changes_nothing(world: World) -> None:
    case = await shipped_case(world)
    await write(world, succeed, case.this_return)
    async with nothing_changes(world):
        assert not await apply_report(world, merchant.received, case.this_return.id)
        assert not await apply_report(world, merchant.accepted, case.this_return.id)


@pytest.mark.parametrize(("report", "facts"), REPORTS[2:])
async def test_no_goods_come_back_of_a_refund_alone(
    world: World, report: Report, facts: tuple[Any, ...]
) -> None:
    shopper = await create_shopper(world.db, level=1)
    [line] = await create_order(world.db, shopper, received_at=None, shipped=False)
    order_id = line.replace("oli_", "ord_").rpartition("-")[0]
    [return_id] = await write(world, open_refund, shopper, order_id, None)
    with pytest.raises(ImpossibleReportError, match="no goods come back"):
        await apply_report(world, report, return_id, *facts)


async def test_the_receipt_counts_once(world: World) -> None:
    case = await shipped_case(world)
    assert await apply_report(world, merchant.received, case.this_return.id)
    async with nothing_changes(world):
        assert not await apply_report(world, merchant.received, case.this_return.id)
    received = (await read_case(world, case)).this_return
    assert received.goods_received_at == world.clock.now()
    assert (await event_kinds(world.db, case))[-1] == "GOODS_RECEIVED"


async def test_goods_that_are_accepted_settle_the_advance_once(world: World) -> None:
    case = await advanced_case(world)
    assert await apply_report(world, merchant.accepted, case.this_return.id)
    assert not await apply_report(world, merchant.accepted, case.this_return.id)
    after = await read_case(world, case)
    assert (after.this_return.status, after.refund.advance) == (
        ReturnStatus.SUCCEEDED,
        AdvanceStatus.SETTLED,
    )
    with pytest.raises(ImpossibleReportError, match="SUCCEEDED"):
        await apply_report(world, merchant.goods_refused, case.this_return.id, *EMPTY_PARCEL)


async def test_a_merchant_who_has_refused_the_goods_may_accept_them(world: World) -> None:
    case = await refused_case(world)
    assert not await apply_report(world, merchant.goods_refused, case.this_return.id, *EMPTY_PARCEL)
    with pytest.raises(ImpossibleReportError):
        await apply_report(world, merchant.approved, case.this_return.id)
    assert await apply_report(world, merchant.accepted, case.this_return.id)
    assert (await read_case(world, case)).refund.advance is AdvanceStatus.SETTLED


async def test_a_refusal_keeps_its_reason_its_note_and_its_photos(world: World) -> None:
    refused = (await refused_case(world)).this_return
    assert (
        refused.refused_because,
        refused.refusal_note,
        tuple(refused.refusal_photos),
    ) == EMPTY_PARCEL
    assert refused.goods_refused


IN_PART = [Deduction(RefusedBecause.DAMAGED, 3_000, "torn", ("https://photos.example/1",))]


async def test_goods_are_accepted_in_part_once(world: World) -> None:
    case = await advanced_case(world)
    return_id = case.this_return.id
    assert await apply_report(world, merchant.partly_accepted, return_id, IN_PART)
    async with nothing_changes(world):
        assert not await apply_report(world, merchant.partly_accepted, return_id, IN_PART)
    after = (await read_case(world, case)).this_return
    assert (after.status, after.refused_because) == (
        ReturnStatus.MERCHANT_REFUSED,
        RefusedBecause.DAMAGED,
    )
    [kept] = after.deductions
    assert (kept["amount_minor"], kept["currency"]) == (3_000, "CNY")


async def test_deductions_are_a_part_of_the_refund(world: World) -> None:
    case = await advanced_case(world)
    whole = [replace(IN_PART[0], amount_minor=case.refund.amount_minor)]
    async with nothing_changes(world):
        with pytest.raises(ImpossibleReportError, match="deductions: less than"):
            await apply_report(world, merchant.partly_accepted, case.this_return.id, whole)


async def test_what_is_accepted_cannot_be_accepted_in_part(world: World) -> None:
    case = await shipped_case(world)
    await write(world, succeed, case.this_return)
    with pytest.raises(ImpossibleReportError, match="SUCCEEDED"):
        await apply_report(world, merchant.partly_accepted, case.this_return.id, IN_PART)


async def test_no_money_goes_ahead_for_goods_that_are_refused_as_they_arrive(
    world: World,
) -> None:
    good, bad, torn = [await open_case(world) for _ in range(3)]
    await apply_report(world, merchant.received, good.this_return.id)
    await apply_report(world, merchant.goods_refused, bad.this_return.id, *EMPTY_PARCEL)
    await apply_report(world, merchant.partly_accepted, torn.this_return.id, IN_PART)
    found = [(await read_case(world, case)).refund.advance for case in (good, bad, torn)]
    assert found == [AdvanceStatus.APPLYING, AdvanceStatus.NONE, AdvanceStatus.NONE]
