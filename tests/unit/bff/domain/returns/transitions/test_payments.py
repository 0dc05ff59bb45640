from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bff.domain.payments.model import PAYMENT_RECALLED, Payment, PaymentKind, PaymentStatus
from bff.domain.refunds.model import AdvanceStatus
from bff.domain.returns.commands.pickups import pay_fee
from bff.domain.returns.model import Case
from bff.domain.returns.reports import courier, visits
from bff.domain.returns.reports.payments import payment_failed, payment_succeeded
from bff.domain.returns.transitions import returns
from bff.domain.returns.transitions.refunds import retry_payments
from bff.domain.stars.model import Behaviour
from bff.domain.stars.store import is_recorded
from tests.support.database import nothing_changes
from tests.support.return_cases import (
    apply_report,
    collected_case,
    event_kinds,
    outbox_messages,
    payments_of,
    read_case,
    shipped_case,
    write,
)
from tests.support.world import World


async def report(world: World, payment: Payment, *, paid: bool) -> bool:
    use_case = payment_succeeded if paid else payment_failed
    done: bool = await write(world, use_case, payment.id, "as reported", world.clock.now())
    return done


async def both(world: World) -> tuple[Case, Payment, Payment]:
    """An advance that failed, and the merchant's payment under way."""
    case = await shipped_case(world)
    [advance] = await payments_of(world.db, case.refund.id)
    await report(world, advance, paid=False)
    await write(world, returns.succeed, case.this_return)
    [by_merchant] = [
        one for one in await payments_of(world.db, case.refund.id) if one.id != advance.id
    ]
    return case, advance, by_merchant


async def state(world: World, payment: Payment) -> tuple[str, str | None]:
    [found] = [
        one for one in await payments_of(world.db, payment.subject_id) if one.id == payment.id
    ]
    return found.status, found.duplicate_of


async def test_the_second_is_recalled_and_staff_can_read_it_in_the_log(world: World) -> None:
    case, advance, by_merchant = await both(world)
    with capture_logs() as logs:
        assert await report(world, advance, paid=True)
    assert await state(world, by_merchant) == (PaymentStatus.REQUESTED, advance.id)
    assert PAYMENT_RECALLED in await outbox_messages(world.db, by_merchant.id)
    assert [(one["event"], one["log_level"]) for one in logs] == [("payment recalled", "warning")]
    refund = (await read_case(world, case)).refund
    assert (refund.advance, refund.owed.minor) == (AdvanceStatus.SETTLED, 0)


async def test_one_that_was_recalled_ends_in_silence(world: World) -> None:
    case, advance, by_merchant = await both(world)
    await report(world, advance, paid=True)
    events = await event_kinds(world.db, case)
    assert await report(world, by_merchant, paid=False)
    assert await event_kinds(world.db, case) == events
    async with nothing_changes(world):
        assert not await report(world, by_merchant, paid=False)


async def test_one_that_was_recalled_in_vain_is_a_surplus(world: World) -> None:
    case, advance, by_merchant = await both(world)
    await report(world, advance, paid=True)
    await report(world, by_merchant, paid=False)
    with capture_logs() as logs:
        assert await report(world, by_merchant, paid=True)
    assert [one["event"] for one in logs] == ["paid twice"]
    assert (await event_kinds(world.db, case))[-1] == "REFUND_PAID_TWICE"
    assert (await read_case(world, case)).refund.owed == case.refund.amount


async def test_the_money_was_there_with_the_first_of_the_two(world: World) -> None:
    case, advance, by_merchant = await both(world)
    earlier = world.clock.now()
    world.clock.advance(by_merchant.requested_at - earlier + timedelta(hours=1))
    await report(world, by_merchant, paid=True)
    await write(world, payment_succeeded, advance.id, "reference", earlier)
    assert (await read_case(world, case)).refund.refunded_at == earlier


async def test_a_payment_that_failed_is_tried_again(world: World) -> None:
    case, _, by_merchant = await both(world)
    await report(world, by_merchant, paid=False)
    assert (await read_case(world, case)).refund.retry_at
    await write(world, retry_payments, case.this_return.shopper_id, case.this_return.id)
    assert (await read_case(world, case)).refund.retry_at is None
    assert len(await payments_of(world.db, case.refund.id)) == 3


@pytest.mark.parametrize("hours", [1, 30])
async def test_who_had_paid_the_fee_in_time_loses_no_points(world: World, hours: int) -> None:
    """P2: unless the money itself came too late."""
    case, pickup = await collected_case(world)
    began = world.clock.now()
    await apply_report(world, courier.weighed, pickup.id, 800)
    await write(world, pay_fee, case.this_return.shopper_id, pickup.id)
    [fee] = await payments_of(world.db, pickup.id)
    await report(world, fee, paid=False)
    world.clock.advance(timedelta(hours=40))
    await world.work()
    unpaid = await is_unpaid(world, case)
    at = began + timedelta(hours=hours)
    assert await write(world, payment_succeeded, fee.id, "reference", at)
    assert (unpaid, await is_unpaid(world, case)) == (True, hours == 30)


async def test_a_fee_that_is_paid_for_a_lost_parcel_comes_back(world: World) -> None:
    case, pickup = await collected_case(world)
    await apply_report(world, courier.weighed, pickup.id, 800)
    await write(world, pay_fee, case.this_return.shopper_id, pickup.id)
    [fee] = await payments_of(world.db, pickup.id)
    await report(world, fee, paid=False)
    await write(world, visits.lost, pickup.id, None, world.clock.now())
    assert await report(world, fee, paid=True)
    refund = (await read_case(world, case)).refund
    assert refund.overpaid == pickup.shopper_pays
    [back] = await payments_of(world.db, fee.id)
    assert (back.kind, back.amount) == (PaymentKind.REIMBURSEMENT, pickup.shopper_pays)
    assert await report(world, back, paid=True)
    assert (await read_case(world, case)).refund.overpaid.minor == 0


async def is_unpaid(world: World, case: Case) -> bool:
    """Whether it counts against the shopper."""
    async with world.db.read() as connection:
        owner, return_id = case.this_return.shopper_id, case.this_return.id
        return await is_recorded(connection, owner, return_id, Behaviour.FEE_UNPAID)
