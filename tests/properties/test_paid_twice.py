"""Results of payments in any order, late and contradictory: the shopper has the refund once, or
what is over is owed, and the ledger says the same."""

import itertools
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from random import Random

import pytest

from bff.core.report_errors import ImpossibleReportError
from bff.domain.payments.model import Payment, PaymentKind, PaymentStatus
from bff.domain.payments.store import payments_by_id
from bff.domain.refunds.model import AdvanceStatus
from bff.domain.returns.commands.returns import repay_refund
from bff.domain.returns.model import Case, ReturnStatus
from bff.domain.returns.refusals import NothingOwed, RepaymentUnderWay
from bff.domain.returns.reports import merchant
from bff.domain.returns.reports.payments import payment_failed, payment_succeeded
from bff.domain.returns.transitions.refunds import retry_payments
from bff.domain.returns.transitions.returns import let_refusal_stand
from tests.support.invariants import check_invariants
from tests.support.return_cases import EMPTY_PARCEL, event_kinds, read_case, shipped_case, write
from tests.support.world import World

STEPS = 14
REPORTS = itertools.count(1)


async def all_payments(world: World, case: Case) -> list[Payment]:
    async with world.db.read() as connection:
        rows = await connection.execute(
            "SELECT id FROM payments WHERE return_id = ? ORDER BY id", (case.this_return.id,)
        )
        keys = [row[0] for row in rows]
        known = await payments_by_id(connection, keys)
    return [known[key] for key in keys]


async def step(world: World, case: Case, chance: Random) -> None:
    """A result of some payment, a retry, or a repayment."""
    match chance.choice(["paid", "paid", "failed", "failed", "retry", "repay"]):
        case "retry":
            world.clock.advance(timedelta(hours=6))
            await write(world, retry_payments, case.this_return.id)
        case "repay":
            await repay(world, case)
        case result:
            payment = chance.choice(await all_payments(world, case))
            await report(world, payment, paid=result == "paid")


async def repay(world: World, case: Case) -> None:
    with suppress(NothingOwed, RepaymentUnderWay):
        await write(world, repay_refund, case.this_return.shopper_id, case.this_return.id)


async def report(world: World, payment: Payment, *, paid: bool) -> None:
    use_case = payment_succeeded if paid else payment_failed
    try:
        await write(world, use_case, payment.id, f"r{next(REPORTS)}", world.clock.now())
    except ImpossibleReportError:
        assert payment.status is PaymentStatus.SUCCEEDED
        assert not paid


async def check(world: World, case: Case) -> None:
    await check_invariants(world.db)
    now = await read_case(world, case)
    payments = await all_payments(world, case)
    moved = [one for one in payments if one.status is PaymentStatus.SUCCEEDED]
    net = sum(one.amount_minor * (1 if one.to_shopper else -1) for one in moved)
    due = 0 if now.refund.advance is AdvanceStatus.CLAWED_BACK else now.refund.amount_minor
    expected = due if now.refund.refunded_at else 0
    assert net - now.refund.owed.minor + now.refund.overpaid.minor == expected
    check_events(moved, Counter(await event_kinds(world.db, case)))


def check_events(moved: list[Payment], events: Counter[str]) -> None:
    """Each payment that moved is told once, as what it turned out to be."""
    second = [one for one in moved if one.duplicate_of]
    assert events["REFUND_PAID_TWICE"] == sum(one.to_shopper for one in second)
    assert events["OVERPAID"] == sum(not one.to_shopper for one in second)
    first = Counter(one.kind for one in moved if not one.duplicate_of)
    assert first == Counter(
        {
            PaymentKind.ADVANCE: events["REFUND_ADVANCED"],
            PaymentKind.MERCHANT_REFUND: events["REFUND_PAID_BY_MERCHANT"],
            PaymentKind.REPAYMENT: events["REFUND_REPAID"],
            PaymentKind.REIMBURSEMENT: events["OVERPAYMENT_RETURNED"],
        }
    )


@pytest.mark.parametrize("seed", range(24))
async def test_the_refund_comes_once_and_what_is_over_is_owed(world: World, seed: int) -> None:
    chance = Random(seed)
    case = await shipped_case(world, level=chance.choice([3, 5]))
    end = chance.randrange(STEPS)
    for number in range(STEPS):
        if number == end:
            await finish(world, case, chance)
        await step(world, case, chance)
        await check(world, case)


async def finish(world: World, case: Case, chance: Random) -> None:
    """The merchant accepts the goods, or refuses them for good."""
    return_id = case.this_return.id
    if chance.random() < 0.6:
        await write(world, merchant.accepted, return_id)
        return
    await write(world, merchant.goods_refused, return_id, *EMPTY_PARCEL)
    await write(world, let_refusal_stand, (await read_case(world, case)).this_return)
    assert (await read_case(world, case)).this_return.status is ReturnStatus.CLOSED
