from msgspec.structs import replace
from sqlalchemy import select

from bff.db.tables import ledger_entries
from bff.db.transaction import Tx
from bff.domain.payments.model import ADVANCES, PaymentKind, merchant_account
from bff.domain.refunds.model import AdvanceStatus
from bff.domain.refunds.service import (
    apply_for_advance,
    claw_back,
    close_advance,
    request_merchant_refund,
    settle,
)
from bff.domain.returns.transitions.refunds import sync_refund
from tests.support.models import REFUND
from tests.support.return_cases import (
    advanced_case,
    open_case,
    payments_of,
    refused_case,
    unwritten,
    write,
)
from tests.support.world import START, World


async def balances(tx: Tx, subject_id: str) -> dict[str, int]:
    """By account, in minor units."""
    statement = select(ledger_entries.c.account, ledger_entries.c.amount_minor).where(
        ledger_entries.c.subject_id == subject_id
    )
    sums: dict[str, int] = {}
    for row in await tx.execute(statement):
        sums[row.account] = sums.get(row.account, 0) + row.amount_minor
    return {account: minor for account, minor in sums.items() if minor}


async def test_an_advance_is_applied_for_once(world: World) -> None:
    case = await open_case(world)
    shopper = case.this_return.shopper_id
    assert await write(world, apply_for_advance, case.refund)
    assert not await write(world, apply_for_advance, case.refund)
    [payment] = await payments_of(world.db, case.refund.id)
    assert (payment.kind, payment.payer, payment.payee, payment.amount) == (
        PaymentKind.ADVANCE,
        ADVANCES,
        f"shopper:{shopper}",
        case.refund.amount,
    )


async def test_an_advance_that_is_closed_is_not_applied_for(world: World) -> None:
    case = await open_case(world)
    assert await write(world, close_advance, case.refund)
    assert not await write(world, close_advance, case.refund)
    await write(world, sync_refund, case.this_return.shopper_id, case.this_return.id)
    assert not await write(world, apply_for_advance, case.refund)
    assert await payments_of(world.db, case.refund.id) == []


async def test_a_settlement_is_the_merchants_to_the_shopper(world: World) -> None:
    case = await advanced_case(world)
    merchant, shopper = case.this_return.merchant_id, case.this_return.shopper_id

    async def settled(tx: Tx) -> dict[str, int]:
        await settle(tx, case.refund, merchant_account(merchant))
        return await balances(tx, case.refund.id)

    minor = case.refund.amount_minor
    assert await unwritten(world, settled) == {
        f"merchant:{merchant}": -minor,
        f"shopper:{shopper}": minor,
    }


async def test_a_deduction_is_the_shoppers_debt_and_not_the_merchants_cost(world: World) -> None:
    case = await advanced_case(world)
    merchant, shopper = case.this_return.merchant_id, case.this_return.shopper_id
    refund = replace(case.refund, deducted_minor=3_000)

    async def settled(tx: Tx) -> dict[str, int]:
        await settle(tx, refund, merchant_account(merchant))
        return await balances(tx, refund.id)

    minor = refund.amount_minor
    assert await unwritten(world, settled) == {
        f"merchant:{merchant}": 3_000 - minor,
        f"debt:{shopper}": -3_000,
        f"shopper:{shopper}": minor,
    }


def test_what_is_deducted_is_owed_once_it_is_settled_and_until_it_is_repaid() -> None:
    refund = replace(REFUND, deducted_minor=3_000)
    settled = replace(refund, advance=AdvanceStatus.SETTLED)
    assert (refund.payable.minor, refund.owed.minor) == (REFUND.amount_minor - 3_000, 0)
    assert settled.owed.minor == 3_000
    assert replace(settled, repaid_at=START).owed.minor == 0


async def test_what_is_clawed_back_is_the_shoppers_debt(world: World) -> None:
    case = await refused_case(world)
    shopper, minor = case.this_return.shopper_id, case.refund.amount_minor

    async def clawed_back(tx: Tx) -> dict[str, int]:
        await claw_back(tx, case.refund)
        return await balances(tx, case.refund.id)

    assert await unwritten(world, clawed_back) == {
        f"debt:{shopper}": -minor,
        f"shopper:{shopper}": minor,
    }


async def test_the_merchants_payment_is_requested_once(world: World) -> None:
    case = await open_case(world)
    refund = case.refund
    payer = merchant_account(case.this_return.merchant_id)
    payment = await write(world, request_merchant_refund, refund, payer)
    assert payment
    assert (payment.kind, payment.return_id) == (PaymentKind.MERCHANT_REFUND, refund.return_id)
    assert await write(world, request_merchant_refund, refund, payer) is None
