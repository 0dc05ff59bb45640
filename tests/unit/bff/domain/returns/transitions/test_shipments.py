import pytest
from msgspec.structs import replace

from bff.domain.payments.model import PaymentKind
from bff.domain.pickups.store import update_pickup
from bff.domain.refunds.model import AdvanceStatus
from bff.domain.returns.model import Case, ReturnStatus, WaybillSource
from bff.domain.returns.refusals import WaybillUsed
from bff.domain.returns.rules.waybill import Waybill
from bff.domain.returns.transitions.returns import approve
from bff.domain.returns.transitions.shipments import (
    SHIPPED_BACK,
    check_unused,
    release_waybill,
    ship_back,
)
from tests.support.database import nothing_changes
from tests.support.return_cases import (
    CAINIAO_NUMBER,
    ELECTRONICS,
    SF_NUMBER,
    collected_case,
    event_kinds,
    open_case,
    outbox_messages,
    payments_of,
    read_case,
    shipped_case,
    write,
)
from tests.support.world import World

BY_COURIER = (Waybill("cainiao", CAINIAO_NUMBER), WaybillSource.COURIER)


async def test_a_waybill_brings_the_advance(world: World) -> None:
    case = await open_case(world)
    await write(world, ship_back, case, *BY_COURIER)
    after = await read_case(world, case)
    assert after.this_return == replace(
        case.this_return,
        status=ReturnStatus.AWAITING_MERCHANT_RECEIPT,
        shipped_at=world.clock.now(),
        courier_company="cainiao",
        waybill_number=CAINIAO_NUMBER,
        waybill_by=WaybillSource.COURIER,
    )
    assert after.refund.advance is AdvanceStatus.APPLYING
    [payment] = await payments_of(world.db, case.refund.id)
    assert (payment.kind, payment.amount) == (PaymentKind.ADVANCE, case.refund.amount)
    assert await outbox_messages(world.db, case.this_return.id) == [SHIPPED_BACK]
    assert (await event_kinds(world.db, case))[-1] == "WAYBILL_SUBMITTED"


async def test_without_the_entitlement_no_advance_comes(world: World) -> None:
    case = await open_case(world, level=5, goods=ELECTRONICS)
    await write(world, approve, case.this_return)
    await write(world, ship_back, await read_case(world, case), *BY_COURIER)
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
    elsewhere = replace(case, this_return=replace(case.this_return, merchant_id="mer_other"))
    with pytest.raises(WaybillUsed):
        await used(world, elsewhere)


async def test_a_number_that_was_kept_back_is_the_returns_once_it_is_released(world: World) -> None:
    case, pickup = await collected_case(world)
    await world.db.write(lambda tx: update_pickup(tx, pickup.id, held_waybill=CAINIAO_NUMBER))
    await write(world, release_waybill, replace(pickup, held_waybill=CAINIAO_NUMBER))
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
        await write(world, release_waybill, pickup)
