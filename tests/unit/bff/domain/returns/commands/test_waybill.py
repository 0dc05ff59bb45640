from datetime import timedelta

import pytest

from bff.core.refusal import InvalidInput, NotFound
from bff.domain.orders.model import LineHold
from bff.domain.orders.store import hold
from bff.domain.pickups.model import CancelReason, PickupStatus
from bff.domain.pickups.refusals import PickupFeeUnpaid
from bff.domain.refunds.model import AdvanceStatus
from bff.domain.returns.commands.waybill import submit_waybill
from bff.domain.returns.deadlines.handlers import HANDLERS
from bff.domain.returns.model import (
    Case,
    CloseReason,
    DeadlineKind,
    ReturnStatus,
    Waybill,
    WaybillSource,
)
from bff.domain.returns.refusals import ParcelReceived, ReturnNotAwaitingShipment, WaybillUsed
from bff.domain.returns.reports import courier, merchant
from bff.domain.returns.transitions.returns import succeed
from tests.support.database import nothing_changes
from tests.support.models import POLICY
from tests.support.return_cases import (
    CAINIAO_NUMBER,
    ELECTRONICS,
    SF_NUMBER,
    apply_report,
    collected_case,
    event_kinds,
    open_case,
    read_case,
    shipped_case,
    write,
)
from tests.support.world import World

SF = ("sf", SF_NUMBER)
SHIP_BACK = timedelta(days=POLICY.returning.ship_back_days)


async def submit(world: World, case: Case, company: str, number: str) -> None:
    owner, return_id = case.this_return.shopper_id, case.this_return.id
    await write(world, submit_waybill, owner, return_id, company, number)


async def test_the_goods_are_on_their_way_under_the_shoppers_number(world: World) -> None:
    sent = (await shipped_case(world)).this_return
    assert (sent.status, sent.courier_company, sent.waybill_number, sent.waybill_by) == (
        ReturnStatus.AWAITING_MERCHANT_RECEIPT,
        *SF,
        WaybillSource.SHOPPER,
    )


async def test_a_courier_who_is_still_to_come_need_not(world: World) -> None:
    case = await open_case(world, pickup=True)
    await submit(world, case, *SF)
    pickup = (await read_case(world, case)).pickup
    assert pickup
    assert (pickup.status, pickup.cancel_reason) == (
        PickupStatus.CANCELLED,
        CancelReason.SHIPPED_OTHERWISE,
    )
    assert (await event_kinds(world.db, case))[-2:] == ["PICKUP_CANCELLED", "WAYBILL_SUBMITTED"]


async def test_who_has_the_goods_is_paid_first(world: World) -> None:
    case, pickup = await collected_case(world)
    async with nothing_changes(world):
        with pytest.raises(PickupFeeUnpaid) as refusal:
            await submit(world, case, "cainiao", CAINIAO_NUMBER)
    assert (refusal.value.pickup_id, refusal.value.amount) == (pickup.id, pickup.shopper_pays)


async def test_a_covered_fee_is_final_with_the_waybill(world: World) -> None:
    case, pickup = await collected_case(world, level=4)
    await submit(world, case, "cainiao", CAINIAO_NUMBER)
    after = (await read_case(world, case)).pickup
    assert after
    assert (after.fee_minor, after.fee_final_at) == (pickup.fee_minor, world.clock.now())


async def test_nothing_waits_for_a_fee_that_is_overdue(world: World) -> None:
    case, pickup = await collected_case(world)
    await apply_report(world, courier.weighed, pickup.id, 800)
    due = (await read_case(world, case)).pickup
    assert due
    assert due.fee_due_by
    world.clock.at = due.fee_due_by
    pass_deadline = HANDLERS[DeadlineKind.PICKUP_FEE]
    await world.db.write(lambda tx: pass_deadline(tx, case.this_return.id))
    await submit(world, case, *SF)
    assert (await read_case(world, case)).this_return.waybill_number == SF_NUMBER


async def test_a_number_that_cannot_be_changes_nothing(world: World) -> None:
    case = await open_case(world)
    await shipped_case(world)
    async with nothing_changes(world):
        for company, number, field in (
            ("", SF_NUMBER, "courierCompany"),
            ("sf", CAINIAO_NUMBER, "waybillNumber"),
        ):
            with pytest.raises(InvalidInput) as refusal:
                await submit(world, case, company, number)
            assert refusal.value.field == field
        with pytest.raises(WaybillUsed):
            await submit(world, case, *SF)


async def test_another_number_corrects_the_former_one(world: World) -> None:
    case, pickup = await collected_case(world, level=4)
    await apply_report(world, courier.waybill, pickup.id, CAINIAO_NUMBER)
    await submit(world, case, " 顺丰", "sf 123456789012")
    sent = (await read_case(world, case)).this_return
    assert sent.waybill == Waybill(*SF)
    assert sent.waybill_by is WaybillSource.SHOPPER
    async with nothing_changes(world):
        await submit(world, case, *SF)
        with pytest.raises(InvalidInput):
            await submit(world, case, "sf", "SF1")


async def test_a_correction_takes_no_number_of_other_goods(world: World) -> None:
    case = await shipped_case(world, "SF000000000000")
    await shipped_case(world)
    async with nothing_changes(world):
        with pytest.raises(WaybillUsed):
            await submit(world, case, *SF)


async def test_once_the_merchant_has_the_goods_nothing_is_corrected(world: World) -> None:
    case = await shipped_case(world)
    await apply_report(world, merchant.received, case.this_return.id)
    async with nothing_changes(world):
        await submit(world, case, *SF)
        with pytest.raises(ParcelReceived) as refusal:
            await submit(world, case, "sf", "SF000000000000")
    assert refusal.value.received_at == world.clock.now()


async def test_only_an_approved_return_of_ones_own_is_sent(world: World) -> None:
    waiting = await open_case(world, goods=ELECTRONICS)
    done = await shipped_case(world)
    await write(world, succeed, done.this_return)
    for case in (waiting, await read_case(world, done)):
        with pytest.raises(ReturnNotAwaitingShipment) as refusal:
            await submit(world, case, *SF)
        assert refusal.value.status is case.this_return.status
    with pytest.raises(NotFound):
        await write(world, submit_waybill, "sho_another", waiting.this_return.id, *SF)


async def unsent(world: World) -> Case:
    """Closed for want of a number."""
    case = await open_case(world, level=3)
    pass_deadline = HANDLERS[DeadlineKind.SHIP_BACK]
    world.clock.advance(SHIP_BACK)
    await world.db.write(lambda tx: pass_deadline(tx, case.this_return.id))
    closed = await read_case(world, case)
    assert closed.this_return.close_reason is CloseReason.NOT_SHIPPED_BACK
    return closed


async def test_a_number_that_comes_late_opens_the_return_again(world: World) -> None:
    case = await unsent(world)
    world.clock.advance(SHIP_BACK - timedelta(seconds=1))
    await submit(world, case, *SF)
    after = await read_case(world, case)
    assert after.this_return.status is ReturnStatus.AWAITING_MERCHANT_RECEIPT
    assert after.this_return.waybill == Waybill(*SF)
    assert (after.this_return.shipped_at, after.this_return.ended_at) == (world.clock.now(), None)
    assert after.refund.advance is AdvanceStatus.APPLYING
    assert (await event_kinds(world.db, case))[-2:] == ["RETURN_REOPENED", "WAYBILL_SUBMITTED"]


async def test_a_number_that_comes_too_late_opens_nothing(world: World) -> None:
    case = await unsent(world)
    world.clock.advance(SHIP_BACK)
    async with nothing_changes(world):
        with pytest.raises(ReturnNotAwaitingShipment):
            await submit(world, case, *SF)


async def test_pieces_that_are_returned_again_are_not_opened_twice(world: World) -> None:
    case = await unsent(world)
    shopper, line = case.this_return.shopper_id, case.this_return.order_line_id
    await world.db.write(lambda tx: hold(tx, [LineHold(shopper, line, 1, 100)]))
    async with nothing_changes(world):
        with pytest.raises(ReturnNotAwaitingShipment):
            await write(world, submit_waybill, shopper, case.this_return.id, *SF)
    await world.db.write(lambda tx: hold(tx, [LineHold(shopper, line, -1, -100)]))


async def test_goods_that_came_without_a_number_take_one(world: World) -> None:
    case = await open_case(world)
    await apply_report(world, merchant.received, case.this_return.id)
    await submit(world, case, *SF)
    assert (await read_case(world, case)).this_return.waybill == Waybill(*SF)
    async with nothing_changes(world):
        with pytest.raises(ParcelReceived):
            await submit(world, case, "sf", "SF000000000000")
