from datetime import timedelta
from functools import partial

import pytest
from msgspec.structs import replace

from bff.domain.payments.model import PaymentKind
from bff.domain.pickups.store import update_pickup
from bff.domain.refunds.model import AdvanceStatus
from bff.domain.returns.commands.pickups import pay_fee
from bff.domain.returns.model import Case, ReturnStatus, Waybill, WaybillSource
from bff.domain.returns.refusals import WaybillUsed
from bff.domain.returns.reports import courier, merchant
from bff.domain.returns.reports.payments import payment_succeeded
from bff.domain.returns.transitions.arrivals import take_in
from bff.domain.returns.transitions.returns import approve, let_refusal_stand, succeed
from bff.domain.returns.transitions.shipments import (
    SHIPPED_BACK,
    check_unused,
    correct_waybill,
    ship_back,
    ship_under_held_waybill,
)
from tests.support.database import nothing_changes
from tests.support.return_cases import (
    CAINIAO_NUMBER,
    ELECTRONICS,
    EMPTY_PARCEL,
    SF_NUMBER,
    apply_report,
    collected_case,
    event_kinds,
    open_case,
    outbox_messages,
    payments_of,
    read_case,
    shipped_case,
    write,
)
from tests.support.world import START, World

BY_COURIER = (Waybill("cainiao", CAINIAO_NUMBER), WaybillSource.COURIER)


async def test_a_waybill_brings_the_advance(world: World) -> None:
    case = await open_case(world)
    await write(world, ship_back, case, *BY_COURIER, world.clock.now())
    after = await read_case(world, case)
    assert after.this_return == replace(
        case.this_return,
        status=ReturnStatus.AWAITING_MERCHANT_RECEIPT,
        shipped_at=world.clock.now(),
        courier_company="cainiao",
        waybill_number=CAINIAO_NUMBER,
        waybill_by=WaybillSource.COURIER,
        waybill_at=world.clock.now(),
    )
    assert after.refund.advance is AdvanceStatus.APPLYING
    [payment] = await payments_of(world.db, case.refund.id)
    assert (payment.kind, payment.amount) == (PaymentKind.ADVANCE, case.refund.amount)
    assert await outbox_messages(world.db, case.this_return.id) == [SHIPPED_BACK]
    assert (await event_kinds(world.db, case))[-1] == "WAYBILL_SUBMITTED"


async def test_without_the_entitlement_no_advance_comes(world: World) -> None:
    case = await open_case(world, level=5, goods=ELECTRONICS)
    await write(world, approve, case.this_return)
    await write(world, ship_back, await read_case(world, case), *BY_COURIER, START)
    assert (await read_case(world, case)).this_return.waybill_number == CAINIAO_NUMBER
    assert await payments_of(world.db, case.refund.id) == []


async def used(world: World, this: Case, number: str = SF_NUMBER) -> None:
    await write(world, check_unused, this.this_return, Waybill("sf", number))


async def test_a_number_under_which_other_goods_travel_is_refused(world: World) -> None:
    await shipped_case(world)
    other = await open_case(world)
    with pytest.raises(WaybillUsed) as refusal:
        await used(world, other)
    assert refusal.value.waybill_number == SF_NUMBER
    await used(world, other, "SF123456789013")


async def test_returns_of_one_shopper_to_one_merchant_share_a_parcel(world: World) -> None:
    case = await shipped_case(world)
    second = replace(case, this_return=replace(case.this_return, id="ret_second"))
    await used(world, second)
    to_other = replace(second.this_return, merchant_id="mer_other")
    elsewhere = replace(case, this_return=to_other)
    with pytest.raises(WaybillUsed):
        await used(world, elsewhere)


@pytest.mark.parametrize("accepted", [True, False])
async def test_a_number_of_a_return_that_has_ended_is_used(world: World, accepted: bool) -> None:
    """Also by the same shopper's to the same merchant: it has travelled."""
    case = await shipped_case(world)
    again = replace(case, this_return=replace(case.this_return, id="ret_again"))
    if accepted:
        await write(world, succeed, case.this_return)
    else:
        await apply_report(world, merchant.goods_refused, case.this_return.id, *EMPTY_PARCEL)
        refused = await read_case(world, case)
        await used(world, again)
        await write(world, let_refusal_stand, refused.this_return)
    with pytest.raises(WaybillUsed):
        await used(world, again)
    await used(world, await read_case(world, case))


async def test_a_number_that_is_held_for_a_fee_is_used(world: World) -> None:
    _, pickup = await collected_case(world)
    await apply_report(world, courier.waybill, pickup.id, CAINIAO_NUMBER)
    other = (await open_case(world)).this_return
    with pytest.raises(WaybillUsed):
        await write(world, check_unused, other, Waybill("cainiao", CAINIAO_NUMBER))


async def test_a_correction_frees_the_old_number_and_advances_nothing_again(world: World) -> None:
    case = await shipped_case(world)
    world.clock.advance(timedelta(hours=1))
    corrected = Waybill("zto", "75812345678901")
    await write(world, correct_waybill, case, corrected, WaybillSource.SHOPPER, world.clock.now())
    after = await read_case(world, case)
    assert after.this_return.waybill == corrected
    assert after.this_return.waybill_at == world.clock.now()
    assert after.this_return.shipped_at == case.this_return.shipped_at
    assert len(await payments_of(world.db, case.refund.id)) == 1
    assert await outbox_messages(world.db, case.this_return.id) == [SHIPPED_BACK] * 2
    assert (await event_kinds(world.db, case))[-1] == "WAYBILL_CORRECTED"
    await used(world, await open_case(world))


async def test_a_number_that_was_kept_back_is_the_returns_once_it_is_released(world: World) -> None:
    case, pickup = await collected_case(world)
    await world.db.write(lambda tx: update_pickup(tx, pickup, held_waybill=CAINIAO_NUMBER))
    await write(world, ship_under_held_waybill, replace(pickup, held_waybill=CAINIAO_NUMBER))
    after = await read_case(world, case)
    assert (after.this_return.waybill_number, after.this_return.waybill_by) == (
        CAINIAO_NUMBER,
        WaybillSource.COURIER,
    )
    assert after.pickup
    assert after.pickup.held_waybill is None


async def test_where_no_number_is_kept_back_nothing_is_released(world: World) -> None:
    _, pickup = await collected_case(world)
    async with nothing_changes(world):
        await write(world, ship_under_held_waybill, pickup)


async def test_an_advance_that_waited_for_the_fee_waits_no_longer(world: World) -> None:
    case, pickup = await collected_case(world)
    await write(world, partial(take_in, advances=True), case.this_return, world.clock.now())
    assert await payments_of(world.db, case.refund.id) == []
    await write(world, pay_fee, case.this_return.shopper_id, pickup.id)
    [fee] = await payments_of(world.db, pickup.id)
    await write(world, payment_succeeded, fee.id, "paid", world.clock.now())
    [payment] = await payments_of(world.db, case.refund.id)
    assert payment.kind is PaymentKind.ADVANCE
