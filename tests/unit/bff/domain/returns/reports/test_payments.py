from datetime import timedelta

import pytest

from bff.core.report_errors import ImpossibleReportError
from bff.domain.payments.model import Payment, PaymentKind, PaymentStatus
from bff.domain.pickups.model import FeeStatus
from bff.domain.refunds.model import AdvanceStatus
from bff.domain.returns.commands.pickups import pay_fee
from bff.domain.returns.commands.returns import repay_refund
from bff.domain.returns.model import Case, ReturnStatus
from bff.domain.returns.reports import courier, merchant
from bff.domain.returns.reports.payments import payment_failed, payment_succeeded
from bff.domain.returns.transitions.returns import let_refusal_stand
from tests.support.database import nothing_changes
from tests.support.models import POLICY
from tests.support.return_cases import (
    CAINIAO_NUMBER,
    EMPTY_PARCEL,
    apply_report,
    collected_case,
    event_kinds,
    payment_for,
    payments_of,
    read_case,
    refused_case,
    shipped_case,
    write,
)
from tests.support.world import START, World


async def advance_of(world: World, case: Case) -> Payment:
    return await payment_for(world, case.refund.id, PaymentKind.ADVANCE)


@pytest.mark.parametrize("report", [payment_succeeded, payment_failed])
async def test_an_unknown_payment_has_no_end(world: World, report: object) -> None:
    with pytest.raises(ImpossibleReportError, match="no such payment"):
        await write(world, report, "pay_unknown", "said", START)  # type: ignore[arg-type]


async def test_a_payment_ends_once_and_in_one_way(world: World) -> None:
    case = await shipped_case(world)
    payment = await advance_of(world, case)
    assert await write(world, payment_succeeded, payment.id, "reference", world.clock.now())
    async with nothing_changes(world):
        assert not await write(world, payment_succeeded, payment.id, "reference", world.clock.now())
        with pytest.raises(ImpossibleReportError, match="SUCCEEDED already"):
            await write(world, payment_failed, payment.id, "declined", world.clock.now())
    ended = await advance_of(world, case)
    assert (ended.status, ended.reference, ended.ended_at) == (
        PaymentStatus.SUCCEEDED,
        "reference",
        world.clock.now(),
    )


async def test_an_advance_that_is_paid_is_the_shoppers(world: World) -> None:
    case = await shipped_case(world)
    await write(
        world, payment_succeeded, (await advance_of(world, case)).id, "reference", world.clock.now()
    )
    refund = (await read_case(world, case)).refund
    assert (refund.advance, refund.refunded_at) == (AdvanceStatus.ADVANCED, world.clock.now())
    assert (await event_kinds(world.db, case))[-1] == "REFUND_ADVANCED"


async def test_goods_that_were_refused_while_the_money_was_on_its_way(world: World) -> None:
    case = await shipped_case(world)
    await apply_report(world, merchant.goods_refused, case.this_return.id, *EMPTY_PARCEL)
    await write(
        world, payment_succeeded, (await advance_of(world, case)).id, "reference", world.clock.now()
    )
    refund = (await read_case(world, case)).refund
    assert refund.advance is AdvanceStatus.MERCHANT_REFUSED_GOODS
    assert refund.refunded_at


async def test_an_advance_that_fails_leaves_the_money_to_the_merchant(world: World) -> None:
    case = await shipped_case(world)
    await write(
        world, payment_failed, (await advance_of(world, case)).id, "declined", world.clock.now()
    )
    closed = await read_case(world, case)
    assert (closed.refund.advance, closed.refund.refunded_at) == (AdvanceStatus.CLOSED, None)
    await apply_report(world, merchant.accepted, case.this_return.id)
    payment = await payment_for(world, case.refund.id, PaymentKind.MERCHANT_REFUND)
    assert payment.payer == f"merchant:{case.this_return.merchant_id}"
    await write(world, payment_succeeded, payment.id, "reference", world.clock.now())
    assert (await event_kinds(world.db, case))[-1] == "REFUND_PAID_BY_MERCHANT"


async def test_a_merchants_payment_that_fails_is_tried_again_hours_later(world: World) -> None:
    case = await shipped_case(world)
    await write(
        world, payment_failed, (await advance_of(world, case)).id, "declined", world.clock.now()
    )
    await apply_report(world, merchant.accepted, case.this_return.id)
    payment = await payment_for(world, case.refund.id, PaymentKind.MERCHANT_REFUND)
    await write(world, payment_failed, payment.id, "no funds", world.clock.now())
    after = timedelta(hours=POLICY.payment.retry_hours)
    assert (await read_case(world, case)).refund.retry_at == world.clock.now() + after
    assert (await event_kinds(world.db, case))[-1] == "REFUND_PAYMENT_FAILED"


async def test_a_fee_that_is_paid_lets_the_goods_go_on(world: World) -> None:
    case, pickup = await collected_case(world)
    await apply_report(world, courier.waybill, pickup.id, CAINIAO_NUMBER)
    await write(world, pay_fee, case.this_return.shopper_id, pickup.id)
    payment = await payment_for(world, pickup.id, PaymentKind.PICKUP_FEE)
    assert await write(world, payment_succeeded, payment.id, "reference", world.clock.now())
    after = await read_case(world, case)
    assert after.pickup
    assert (after.pickup.fee_status, after.pickup.fee_paying) == (FeeStatus.PAID, False)
    assert after.this_return.status is ReturnStatus.AWAITING_MERCHANT_RECEIPT


async def test_a_fee_that_fails_can_be_paid_again(world: World) -> None:
    case, pickup = await collected_case(world)
    await apply_report(world, courier.weighed, pickup.id, 800)
    await write(world, pay_fee, case.this_return.shopper_id, pickup.id)
    payment = await payment_for(world, pickup.id, PaymentKind.PICKUP_FEE)
    await write(world, payment_failed, payment.id, "declined", world.clock.now())
    failed = (await read_case(world, case)).pickup
    assert failed
    assert (failed.fee_status, failed.fee_paying) == (FeeStatus.PAYMENT_FAILED, False)
    assert (await event_kinds(world.db, case))[-1] == "PICKUP_FEE_PAYMENT_FAILED"
    await write(world, pay_fee, case.this_return.shopper_id, pickup.id)
    assert len(await payments_of(world.db, pickup.id)) == 2


async def test_a_repayment_clears_the_debt_and_a_failed_one_does_not(world: World) -> None:
    case = await refused_case(world)
    await write(world, let_refusal_stand, case.this_return)
    [first] = await write(world, repay_refund, case.this_return.shopper_id, case.this_return.id)
    await write(world, payment_failed, first.id, "declined", world.clock.now())
    assert (await read_case(world, case)).refund.owed == case.refund.amount
    assert (await event_kinds(world.db, case))[-1] == "REPAYMENT_FAILED"
    [second] = await write(world, repay_refund, case.this_return.shopper_id, case.this_return.id)
    await write(world, payment_succeeded, second.id, "reference", world.clock.now())
    assert (await read_case(world, case)).refund.owed.minor == 0
    assert (await event_kinds(world.db, case))[-1] == "REFUND_REPAID"
