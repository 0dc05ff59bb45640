from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bff.core.report_errors import ImpossibleReportError, TooEarlyError
from bff.domain.refunds.model import AdvanceStatus
from bff.domain.returns.commands.express_refund import open_refund
from bff.domain.returns.commands.returns import cancel_return
from bff.domain.returns.model import RefusedBecause, ReturnStatus
from bff.domain.returns.reports import merchant
from tests.support.database import nothing_changes
from tests.support.factories import create_order, create_shopper
from tests.support.return_cases import (
    ELECTRONICS,
    EMPTY_PARCEL,
    advanced_case,
    event_kinds,
    open_case,
    read_case,
    refused_case,
    shipped_case,
    write,
)
from tests.support.world import World

NO = (RefusedBecause.NOT_AGREED, "no")
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
        await write(world, report, "ret_unknown", *facts)


@pytest.mark.parametrize(("report", "facts"), REPORTS)
async def test_a_closed_return_stays_closed(
    world: World, report: Report, facts: tuple[Any, ...]
) -> None:
    case = await open_case(world)
    this_return = case.this_return
    await write(world, cancel_return, this_return.shopper_id, this_return.id)
    async with nothing_changes(world):
        with pytest.raises(ImpossibleReportError, match="the return is CLOSED"):
            await write(world, report, this_return.id, *facts)


async def test_a_merchant_who_has_refused_the_request_may_give_in(world: World) -> None:
    case = await open_case(world, goods=ELECTRONICS)
    assert await write(world, merchant.refused, case.this_return.id, *NO)
    assert not await write(world, merchant.refused, case.this_return.id, *NO)
    assert await write(world, merchant.approved, case.this_return.id)
    assert not await write(world, merchant.approved, case.this_return.id)
    approved = (await read_case(world, case)).this_return
    assert approved.status is ReturnStatus.AWAITING_RETURN_SHIPMENT


async def test_a_request_that_is_approved_cannot_be_refused(world: World) -> None:
    case = await open_case(world)
    with pytest.raises(ImpossibleReportError):
        await write(world, merchant.refused, case.this_return.id, *NO)


@pytest.mark.parametrize(("report", "facts"), REPORTS[2:])
async def test_a_report_of_goods_waits_for_the_waybill(
    world: World, report: Report, facts: tuple[Any, ...]
) -> None:
    case = await open_case(world)
    with pytest.raises(TooEarlyError, match="waybill"):
        await write(world, report, case.this_return.id, *facts)


@pytest.mark.parametrize(("report", "facts"), REPORTS[2:])
async def test_no_goods_come_back_of_a_refund_alone(
    world: World, report: Report, facts: tuple[Any, ...]
) -> None:
    shopper = await create_shopper(world.db, level=1)
    [line] = await create_order(world.db, shopper, received_at=None, shipped=False)
    order_id = line.replace("oli_", "ord_").rpartition("-")[0]
    [return_id] = await write(world, open_refund, shopper, order_id, None)
    with pytest.raises(ImpossibleReportError, match="no goods come back"):
        await write(world, report, return_id, *facts)


async def test_the_receipt_counts_once(world: World) -> None:
    case = await shipped_case(world)
    assert await write(world, merchant.received, case.this_return.id)
    async with nothing_changes(world):
        assert not await write(world, merchant.received, case.this_return.id)
    received = (await read_case(world, case)).this_return
    assert received.goods_received_at == world.clock.now()
    assert (await event_kinds(world.db, case))[-1] == "GOODS_RECEIVED"


async def test_goods_that_are_accepted_settle_the_advance_once(world: World) -> None:
    case = await advanced_case(world)
    assert await write(world, merchant.accepted, case.this_return.id)
    assert not await write(world, merchant.accepted, case.this_return.id)
    after = await read_case(world, case)
    assert (after.this_return.status, after.refund.advance) == (
        ReturnStatus.SUCCEEDED,
        AdvanceStatus.SETTLED,
    )
    with pytest.raises(ImpossibleReportError, match="SUCCEEDED"):
        await write(world, merchant.goods_refused, case.this_return.id, *EMPTY_PARCEL)


async def test_a_merchant_who_has_refused_the_goods_may_accept_them(world: World) -> None:
    case = await refused_case(world)
    assert not await write(world, merchant.goods_refused, case.this_return.id, *EMPTY_PARCEL)
    with pytest.raises(ImpossibleReportError):
        await write(world, merchant.approved, case.this_return.id)
    assert await write(world, merchant.accepted, case.this_return.id)
    assert (await read_case(world, case)).refund.advance is AdvanceStatus.SETTLED


async def test_a_refusal_keeps_its_reason_its_note_and_its_photos(world: World) -> None:
    refused = (await refused_case(world)).this_return
    assert (
        refused.refused_because,
        refused.refusal_note,
        tuple(refused.refusal_photos),
    ) == EMPTY_PARCEL
    assert refused.goods_refused
