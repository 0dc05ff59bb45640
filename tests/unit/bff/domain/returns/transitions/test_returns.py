from sqlalchemy import select

from bff.db.tables import behaviours
from bff.domain.pickups.model import CancelReason, PickupStatus
from bff.domain.refunds.model import AdvanceStatus
from bff.domain.returns.model import CloseReason, RefusedBecause, Return, ReturnStatus
from bff.domain.returns.transitions import returns
from bff.domain.stars.model import Behaviour
from tests.support.return_cases import (
    ELECTRONICS,
    event_kinds,
    open_case,
    outbox_messages,
    read_case,
    refused_case,
    shipped_case,
    write,
)
from tests.support.rows import line_under
from tests.support.world import World


async def behaviours_of(world: World, this_return: Return) -> list[str]:
    statement = select(behaviours.c.kind).where(behaviours.c.return_id == this_return.id)
    async with world.db.read() as connection:
        return list((await connection.execute(statement.order_by(behaviours.c.id))).scalars())


async def test_an_approved_return_goes_where_the_merchant_has_filed(world: World) -> None:
    case = await open_case(world, goods=ELECTRONICS)
    assert await write(world, returns.approve, case.this_return)
    approved = (await read_case(world, case)).this_return
    assert approved.status is ReturnStatus.AWAITING_RETURN_SHIPMENT
    assert approved.approved_at == world.clock.now()
    assert approved.return_address_id
    assert (await event_kinds(world.db, case))[-1] == "RETURN_APPROVED"


async def test_what_is_approved_already_is_not_approved_again(world: World) -> None:
    case = await open_case(world)
    assert not await write(world, returns.approve, case.this_return)
    assert (await event_kinds(world.db, case)).count("RETURN_APPROVED") == 1


async def test_a_success_credits_the_shopper_once(world: World) -> None:
    case = await shipped_case(world)
    assert await write(world, returns.succeed, case.this_return)
    assert not await write(world, returns.succeed, case.this_return)
    assert await behaviours_of(world, case.this_return) == [
        Behaviour.GENUINE_RETURN,
        Behaviour.KEPT_PROMISE,
    ]


async def test_a_return_that_is_closed_cannot_succeed(world: World) -> None:
    case = await open_case(world)
    await write(world, returns.close, case.this_return, CloseReason.SHOPPER)
    case = await read_case(world, case)
    assert not await write(world, returns.succeed, case.this_return)
    assert (await read_case(world, case)).this_return == case.this_return


async def test_a_closed_return_gives_its_line_and_its_pickup_back(world: World) -> None:
    case = await open_case(world, pickup=True)
    line_id = case.this_return.order_line_id
    assert await write(world, returns.close, case.this_return, CloseReason.SHOPPER)
    closed = await read_case(world, case)
    assert closed.this_return.status is ReturnStatus.CLOSED
    assert closed.this_return.close_reason is CloseReason.SHOPPER
    assert closed.pickup
    assert closed.pickup.status is PickupStatus.CANCELLED
    assert closed.pickup.cancel_reason is CancelReason.RETURN_CLOSED
    assert (await outbox_messages(world.db, case.this_return.id))[-1] == returns.RETURN_CLOSED
    async with world.db.read() as connection:
        line = await line_under(connection, line_id)
    assert (line.held_quantity, line.held_minor) == (0, 0)


async def test_goods_that_are_away_keep_a_return_open(world: World) -> None:
    case = await shipped_case(world)
    assert not await write(world, returns.close, case.this_return, CloseReason.SHOPPER)
    assert (await read_case(world, case)).this_return.status is case.this_return.status


async def test_a_refusal_that_stands_is_remembered_and_owed(world: World) -> None:
    case = await refused_case(world)
    await write(world, returns.let_refusal_stand, case.this_return)
    ended = await read_case(world, case)
    assert ended.this_return.close_reason is CloseReason.REFUSAL_STANDS
    assert ended.refund.advance is AdvanceStatus.CLAWED_BACK
    assert ended.refund.owed == ended.refund.amount
    assert await behaviours_of(world, case.this_return) == [Behaviour.EMPTY_PARCEL]


async def test_a_request_that_was_refused_proves_nothing(world: World) -> None:
    case = await open_case(world, goods=ELECTRONICS)
    refusal = (RefusedBecause.USED_ITEM, "", ())
    await write(world, returns.refuse, case.this_return, *refusal)
    await write(world, returns.let_refusal_stand, (await read_case(world, case)).this_return)
    assert await behaviours_of(world, case.this_return) == []


async def test_an_overruled_refusal_of_the_goods_accepts_them(world: World) -> None:
    case = await refused_case(world)
    await write(world, returns.overrule, case.this_return)
    assert (await read_case(world, case)).this_return.status is ReturnStatus.SUCCEEDED


async def test_an_overruled_refusal_of_the_request_approves_it(world: World) -> None:
    case = await open_case(world, goods=ELECTRONICS)
    await write(world, returns.refuse, case.this_return, RefusedBecause.NOT_AGREED, "", ())
    await write(world, returns.overrule, (await read_case(world, case)).this_return)
    status = (await read_case(world, case)).this_return.status
    assert status is ReturnStatus.AWAITING_RETURN_SHIPMENT


async def test_a_refusal_of_the_goods_has_an_event_of_its_own(world: World) -> None:
    request = await open_case(world, goods=ELECTRONICS)
    await write(world, returns.refuse, request.this_return, RefusedBecause.NOT_AGREED, "", ())
    goods = await refused_case(world)
    assert (await event_kinds(world.db, request))[-1] == "RETURN_REFUSED"
    assert (await event_kinds(world.db, goods))[-1] == "GOODS_REFUSED"
