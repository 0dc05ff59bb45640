from bff.domain.payments.model import Payment, PaymentKind
from bff.domain.refunds.debts import request_reimbursements, request_repayments, sync_debts
from bff.domain.returns.model import Case
from bff.domain.returns.reports.payments import payment_failed, payment_succeeded
from bff.domain.returns.transitions import returns
from bff.domain.returns.transitions.refunds import sync_refund
from bff.domain.returns.transitions.returns import let_refusal_stand
from tests.support.database import nothing_changes
from tests.support.return_cases import (
    payment_for,
    payments_of,
    read_case,
    refused_case,
    shipped_case,
    write,
)
from tests.support.world import World


async def paid_twice(world: World) -> tuple[Case, Payment]:
    """By the merchant, and by an advance that was taken to have failed: that is the second."""
    case = await shipped_case(world)
    [advance] = await payments_of(world.db, case.refund.id)
    await write(world, payment_failed, advance.id, "declined", world.clock.now())
    await write(world, returns.succeed, case.this_return)
    by_merchant = await payment_for(world, case.refund.id, PaymentKind.MERCHANT_REFUND)
    await succeed(world, by_merchant)
    await succeed(world, advance)
    return await read_case(world, case), advance


async def succeed(world: World, payment: Payment) -> None:
    await write(world, payment_succeeded, payment.id, "reference", world.clock.now())


async def test_what_was_paid_twice_is_owed_until_it_is_repaid(world: World) -> None:
    case, second = await paid_twice(world)
    refund = case.refund
    assert (refund.owed, refund.owed_since) == (refund.amount, world.clock.now())
    [payment] = await write(world, request_repayments, refund)
    assert (payment.kind, payment.subject_id) == (PaymentKind.REPAYMENT, second.id)
    assert (await read_case(world, case)).refund.repaying
    assert await write(world, request_repayments, refund) == []
    await succeed(world, payment)
    repaid = (await read_case(world, case)).refund
    assert (repaid.owed.minor, repaid.repaying, repaid.owed_since) == (0, False, None)
    assert repaid.repaid_at is None  # it is no advance that was taken back


async def test_what_was_repaid_twice_is_owed_to_the_shopper(world: World) -> None:
    case = await refused_case(world)
    shopper = case.this_return.shopper_id
    await write(world, let_refusal_stand, case.this_return)
    clawed_back = (await read_case(world, case)).refund
    [first] = await write(world, request_repayments, clawed_back)
    await write(world, payment_failed, first.id, "declined", world.clock.now())
    [second] = await write(world, request_repayments, clawed_back)
    await succeed(world, second)
    await succeed(world, first)
    refund = (await read_case(world, case)).refund
    assert (refund.owed.minor, refund.overpaid) == (0, refund.amount)
    [reimbursement] = await payments_of(world.db, first.id)
    assert (reimbursement.kind, reimbursement.payer, reimbursement.payee) == (
        PaymentKind.REIMBURSEMENT,
        f"debt:{shopper}",
        f"shopper:{shopper}",
    )
    assert await write(world, request_reimbursements, refund) == []
    await succeed(world, reimbursement)
    assert (await read_case(world, case)).refund.overpaid.minor == 0


async def test_where_nothing_moved_since_the_debts_are_known_already(world: World) -> None:
    case, _ = await paid_twice(world)
    async with nothing_changes(world):
        await write(world, sync_debts, case.refund)
        await write(world, sync_refund, case.this_return.shopper_id, case.this_return.id)
