from bff.domain.payments.model import PaymentKind
from bff.domain.refunds.model import AdvanceStatus
from bff.domain.returns.model import CloseReason
from bff.domain.returns.reports.payments import payment_failed
from bff.domain.returns.transitions import returns
from bff.domain.returns.transitions.refunds import sync_refund
from tests.support.database import nothing_changes
from tests.support.return_cases import (
    advanced_case,
    event_kinds,
    open_case,
    payments_of,
    read_case,
    refused_case,
    shipped_case,
    write,
)
from tests.support.world import World


async def test_the_merchant_repays_an_advance_once_the_return_succeeds(world: World) -> None:
    case = await advanced_case(world)
    await write(world, returns.succeed, case.this_return)
    settled = (await read_case(world, case)).refund
    assert (settled.advance, settled.settled_at) == (AdvanceStatus.SETTLED, world.clock.now())
    assert (await event_kinds(world.db, case))[-1] == "REFUND_SETTLED"
    assert [one.kind for one in await payments_of(world.db, case.refund.id)] == [
        PaymentKind.ADVANCE
    ]


async def test_where_the_refund_is_there_already_nothing_moves(world: World) -> None:
    for case in (await open_case(world), await refused_case(world)):
        async with nothing_changes(world):
            await write(world, sync_refund, case.this_return.shopper_id, case.this_return.id)


async def test_a_closed_advance_is_the_merchants_to_pay_and_once(world: World) -> None:
    case = await shipped_case(world)
    [advance] = await payments_of(world.db, case.refund.id)
    await write(world, payment_failed, advance.id, "declined", world.clock.now())
    await write(world, returns.succeed, case.this_return)
    await write(world, sync_refund, case.this_return.shopper_id, case.this_return.id)
    kinds = {one.kind for one in await payments_of(world.db, case.refund.id)}
    assert kinds == {PaymentKind.ADVANCE, PaymentKind.MERCHANT_REFUND}


async def test_what_was_advanced_is_owed_where_the_return_is_closed(world: World) -> None:
    case = await refused_case(world)
    await write(world, returns.close, case.this_return, CloseReason.REFUSAL_STANDS)
    refund = (await read_case(world, case)).refund
    assert (refund.advance, refund.owed) == (AdvanceStatus.CLAWED_BACK, case.refund.amount)
    assert (await event_kinds(world.db, case))[-1] == "REFUND_CLAWED_BACK"
