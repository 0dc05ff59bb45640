"""Results of payments in any order, late and contradictory: the shopper has the refund once, or
what is over is owed, and the ledger says the same."""

import asyncio
import itertools
import tempfile
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bff.core.report_errors import ImpossibleReportError
from bff.db.tables import payments
from bff.domain.payments.model import Payment, PaymentKind, PaymentStatus
from bff.domain.refunds.model import AdvanceStatus
from bff.domain.returns.commands.returns import repay_refund
from bff.domain.returns.model import Case
from bff.domain.returns.refusals import NothingOwed, RepaymentUnderWay
from bff.domain.returns.reports import merchant
from bff.domain.returns.reports.payments import payment_failed, payment_succeeded
from bff.domain.returns.transitions.refunds import retry_payments
from bff.domain.returns.transitions.returns import let_refusal_stand
from tests.support.engines import lent_meanwhile
from tests.support.invariants import check_invariants
from tests.support.lives.program import Ids
from tests.support.return_cases import (
    EMPTY_PARCEL,
    apply_report,
    event_kinds,
    read_case,
    shipped_case,
    write,
)
from tests.support.rows import payment_under
from tests.support.world import FakeClock, World, open_world

REFERENCES = itertools.count(1)


@dataclass(frozen=True)
class Result:
    """What the payment service says of the payment that is `number` in their sequence."""

    number: int
    paid: bool


RETRY, REPAY, ACCEPT, REFUSE = "retry", "repay", "accept the goods", "refuse the goods for good"
RESULTS = st.builds(Result, st.integers(0, 5), st.booleans())
STEPS = st.lists(RESULTS | RESULTS | st.sampled_from([RETRY, REPAY]), max_size=14)
ENDS = st.sampled_from([ACCEPT, ACCEPT, REFUSE])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS, ENDS, STEPS)
@pytest.mark.usefixtures("db_folder")
def test_the_refund_comes_once_and_what_is_over_is_owed(
    before: list[Result | str], end: str, after: list[Result | str]
) -> None:
    asyncio.run(live([*before, end, *after]))


async def live(steps: list[Result | str]) -> None:
    with tempfile.TemporaryDirectory() as folder, lent_meanwhile():
        clock = FakeClock()
        services = await open_world(Path(folder), clock=clock, make_id=Ids())
        try:
            world = World(services, clock)
            case = await shipped_case(world)
            for step in steps:
                await take(world, case, step)
                await check(world, case)
        finally:
            await services.db.close()


async def take(world: World, case: Case, step: Result | str) -> None:
    shopper_id, return_id = case.this_return.shopper_id, case.this_return.id
    match step:
        case Result(number, paid):
            known = await all_payments(world, case)
            await report(world, known[number % len(known)], paid=paid)
        case "retry":
            world.clock.advance(timedelta(hours=6))
            await write(world, retry_payments, shopper_id, return_id)
        case "repay":
            with suppress(NothingOwed, RepaymentUnderWay):
                await write(world, repay_refund, shopper_id, return_id)
        case "accept the goods":
            await apply_report(world, merchant.accepted, return_id)
        case _:
            at = world.clock.now()
            await apply_report(world, merchant.goods_refused, return_id, *EMPTY_PARCEL, at=at)
            await write(world, let_refusal_stand, (await read_case(world, case)).this_return)


async def all_payments(world: World, case: Case) -> list[Payment]:
    """In the sequence in which they were requested."""
    statement = select(payments.c.id).where(payments.c.return_id == case.this_return.id)
    async with world.db.read() as connection:
        keys = (await connection.execute(statement.order_by(payments.c.id))).scalars()
        return [await payment_under(connection, key) for key in keys]


async def report(world: World, payment: Payment, *, paid: bool) -> None:
    use_case = payment_succeeded if paid else payment_failed
    try:
        await write(world, use_case, payment.id, f"r{next(REFERENCES)}", world.clock.now())
    except ImpossibleReportError:
        assert (payment.status, paid) == (PaymentStatus.SUCCEEDED, False)


async def check(world: World, case: Case) -> None:
    await check_invariants(world.db)
    refund = (await read_case(world, case)).refund
    requested = await all_payments(world, case)
    moved = [one for one in requested if one.status is PaymentStatus.SUCCEEDED]
    net = sum(one.amount_minor * (1 if one.to_shopper else -1) for one in moved)
    kept = refund.refunded_at and refund.advance is not AdvanceStatus.CLAWED_BACK
    expected = refund.amount_minor if kept else 0
    assert net - refund.owed.minor + refund.overpaid.minor == expected
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
