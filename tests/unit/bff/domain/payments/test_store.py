from dataclasses import replace

import pytest

from bff.db.transaction import Tx
from bff.domain.payments.model import (
    ADVANCES,
    TRANSITIONS,
    LedgerEntry,
    Payment,
    PaymentKind,
    PaymentStatus,
    Posting,
)
from bff.domain.payments.store import (
    add_entries,
    add_payment,
    live_payment,
    mark_duplicate,
    move_payment,
    payments_by_id,
)
from tests.support.database import INTEGRITY_ERRORS
from tests.support.return_cases import unwritten
from tests.support.world import START, World

PAYMENT = Payment(
    id="pay_1",
    shopper_id="sho_1",
    kind=PaymentKind.ADVANCE,
    return_id="ret_1",
    subject_id="ref_1",
    payer=ADVANCES,
    payee="shopper:sho_1",
    amount_minor=19_900,
    currency="CNY",
    status=PaymentStatus.REQUESTED,
    requested_at=START,
)


async def test_a_payment_is_read_as_it_was_written(world: World) -> None:
    async def use_case(tx: Tx) -> dict[str, Payment]:
        await add_payment(tx, PAYMENT)
        await tx.flush()
        return await payments_by_id(tx.connection, "sho_1", [PAYMENT.id, "pay_unknown"])

    assert await unwritten(world, use_case) == {PAYMENT.id: PAYMENT}


@pytest.mark.parametrize("end", PaymentStatus)
async def test_a_payment_lives_until_it_fails(world: World, end: PaymentStatus) -> None:
    async def use_case(tx: Tx) -> list[bool]:
        await add_payment(tx, PAYMENT)
        await move_payment(tx, PAYMENT, end)
        return [
            await live_payment(tx, "sho_1", kind, PAYMENT.subject_id) is not None
            for kind in (PAYMENT.kind, PaymentKind.MERCHANT_REFUND, PaymentKind.REPAYMENT)
        ]

    lives = end is not PaymentStatus.FAILED
    assert await unwritten(world, use_case) == [lives, lives, False]


@pytest.mark.parametrize("kind", [PaymentKind.ADVANCE, PaymentKind.MERCHANT_REFUND])
async def test_the_database_itself_refuses_a_second_live_payment(
    world: World, kind: PaymentKind
) -> None:
    async def use_case(tx: Tx) -> None:
        await add_payment(tx, PAYMENT)
        await add_payment(tx, replace(PAYMENT, id="pay_2", kind=kind))
        await tx.flush()

    with pytest.raises(INTEGRITY_ERRORS):
        await world.db.write(use_case)


async def test_one_that_is_known_to_be_the_second_is_not_the_live_one(world: World) -> None:
    async def use_case(tx: Tx) -> Payment | None:
        await add_payment(tx, PAYMENT)
        await mark_duplicate(tx, PAYMENT, PAYMENT.id)
        await add_payment(tx, replace(PAYMENT, id="pay_2"))
        return await live_payment(tx, "sho_1", PAYMENT.kind, PAYMENT.subject_id)

    assert await unwritten(world, use_case) == replace(PAYMENT, id="pay_2")


@pytest.mark.parametrize("to", PaymentStatus)
@pytest.mark.parametrize("before", [PaymentStatus.SUCCEEDED, PaymentStatus.FAILED])
async def test_a_payment_that_ended_can_only_have_succeeded_after_all(
    world: World, before: PaymentStatus, to: PaymentStatus
) -> None:
    async def use_case(tx: Tx) -> tuple[bool, bool]:
        await add_payment(tx, PAYMENT)
        first = await move_payment(tx, PAYMENT, before, ended_at=START)
        return first, await move_payment(tx, PAYMENT, to)

    assert await unwritten(world, use_case) == (True, TRANSITIONS.allows(before, to))


async def test_a_subject_has_each_posting_once(world: World) -> None:
    sides = [
        LedgerEntry("sho_1", "ref_1", Posting.ADVANCE, account, minor, "CNY", START)
        for account, minor in ((ADVANCES, -1), ("shopper:sho_1", 1))
    ]

    async def use_case(tx: Tx) -> None:
        await add_entries(tx, sides)
        await add_entries(tx, sides)
        await tx.flush()

    with pytest.raises(INTEGRITY_ERRORS):
        await world.db.write(use_case)
