from datetime import timedelta
from functools import partial

from bff.domain.pickups.model import CancelReason, PickupStatus
from bff.domain.refunds.model import AdvanceStatus
from bff.domain.returns.commands.returns import TapRequest, cancel_return, one_tap
from bff.domain.returns.model import Case, CloseReason, ReturnStatus
from bff.domain.returns.reports import courier
from bff.domain.returns.transitions.arrivals import reopen, take_in
from bff.domain.returns.transitions.returns import close
from bff.domain.stars.model import Behaviour
from tests.support.database import nothing_changes
from tests.support.factories import Goods
from tests.support.return_cases import (
    CAINIAO_NUMBER,
    apply_report,
    collected_case,
    event_kinds,
    open_case,
    outbox_messages,
    read_case,
    write,
)
from tests.support.star_behaviours import record_behaviour, stars_of
from tests.support.world import World

THREE = Goods(quantity=3, paid_minor=100)


async def taken_in(world: World, case: Case) -> Case:
    await write(world, partial(take_in, advances=True), case.this_return, world.clock.now())
    return await read_case(world, case)


async def test_a_courier_who_is_still_to_come_need_not(world: World) -> None:
    after = await taken_in(world, await open_case(world, pickup=True))
    assert after.pickup
    assert (after.pickup.status, after.pickup.cancel_reason) == (
        PickupStatus.CANCELLED,
        CancelReason.SHIPPED_OTHERWISE,
    )


async def test_the_fee_of_a_courier_who_has_been_there_is_final_and_the_advance_waits_for_it(
    world: World,
) -> None:
    case, _ = await collected_case(world)
    after = await taken_in(world, case)
    assert after.pickup
    assert (after.pickup.fee_due, after.refund.advance) == (True, AdvanceStatus.NONE)
    assert after.this_return.status is ReturnStatus.AWAITING_MERCHANT_RECEIPT
    assert (await event_kinds(world.db, case))[-1] == "PICKUP_FEE_DUE"


async def test_where_no_fee_is_due_the_refund_is_advanced(world: World) -> None:
    case, _ = await collected_case(world, level=4)
    after = await taken_in(world, case)
    assert after.refund.advance is AdvanceStatus.APPLYING
    assert "PICKUP_FEE_DUE" not in await event_kinds(world.db, case)


async def test_a_number_that_was_kept_back_is_the_returns(world: World) -> None:
    case, pickup = await collected_case(world)
    await apply_report(world, courier.waybill, pickup.id, CAINIAO_NUMBER)
    after = await taken_in(world, await read_case(world, case))
    assert after.this_return.waybill_number == CAINIAO_NUMBER
    assert (await event_kinds(world.db, case)).count("PICKUP_FEE_DUE") == 1


async def closed_case(world: World, why: CloseReason, goods: Goods | None = None) -> Case:
    case = await open_case(world, goods=goods)
    await write(world, close, case.this_return, why)
    return await read_case(world, case)


async def test_a_return_that_was_closed_goes_on_without_its_penalty(world: World) -> None:
    case = await closed_case(world, CloseReason.NOT_SHIPPED_BACK)
    shopper, return_id = case.this_return.shopper_id, case.this_return.id
    await record_behaviour(world, shopper, Behaviour.BROKEN_PROMISE, return_id)
    assert (await stars_of(world, shopper)).level == 2
    assert await write(world, reopen, case.this_return, world.clock.now())
    after = await read_case(world, case)
    assert after.this_return.status is ReturnStatus.AWAITING_MERCHANT_RECEIPT
    assert (after.this_return.ended_at, after.this_return.close_reason) == (None, None)
    assert after.refund.advance is AdvanceStatus.APPLYING
    assert (await stars_of(world, shopper)).level == 3
    assert (await event_kinds(world.db, case))[-1] == "RETURN_REOPENED"
    assert (await outbox_messages(world.db, return_id))[-2:] == [
        *["return.closed", "return.shipped_back"]
    ]


async def test_what_others_took_meanwhile_is_not_returned_twice(world: World) -> None:
    case = await closed_case(world, CloseReason.SHOPPER, goods=Goods(quantity=2))
    this_return = case.this_return
    await write(world, one_tap, this_return.shopper_id, TapRequest(this_return.order_line_id, 1))
    async with nothing_changes(world):
        assert not await write(world, reopen, this_return, world.clock.now())


async def test_the_parts_of_a_line_add_up_to_what_was_paid(world: World) -> None:
    """One piece at 33 is cancelled, two are returned at 66, and the first comes back at 34."""
    case = await open_case(world, goods=THREE)
    shopper, line = case.this_return.shopper_id, case.this_return.order_line_id
    await write(world, cancel_return, shopper, case.this_return.id)
    one = (await write(world, one_tap, shopper, TapRequest(line, 1))).case
    await write(world, cancel_return, shopper, one.this_return.id)
    two = (await write(world, one_tap, shopper, TapRequest(line, 2))).case
    cancelled = await read_case(world, one)
    assert await write(world, reopen, cancelled.this_return, world.clock.now())
    after = await read_case(world, one)
    assert [case.refund.amount_minor for case in (one, two, after)] == [33, 66, 34]


async def test_goods_that_arrived_in_time_were_sent_in_time(world: World) -> None:
    case = await open_case(world)
    world.clock.advance(timedelta(days=7))
    await world.work()
    closed = await read_case(world, case)
    assert [one.what for one in closed.missed] == ["SHIP_BACK"]
    due_at = closed.missed[0].due_at
    assert await write(world, reopen, closed.this_return, due_at)
    assert (await read_case(world, case)).missed == ()
