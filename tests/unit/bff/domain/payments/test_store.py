from dataclasses import replace
from sqlite3 import IntegrityError

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
    has_live_payment,
    move_payment,
    payments_by_id,
)
from tests.support.return_cases import unwritten
from tests.support.world import START, World

PAYMENT = Payment(
    id="pay_1",
    kind=PaymentKind.ADVANCE,
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
        return await payments_by_id(tx.connection, [PAYMENT.id, "pay_unknown"])

    assert await unwritten(world, use_case) == {PAYMENT.id: PAYMENT}


@pytest.mark.parametrize("end", PaymentStatus)
async def test_a_payment_lives_until_it_fails(world: World, end: PaymentStatus) -> None:
    async def use_case(tx: Tx) -> tuple[bool, bool]:
        await add_payment(tx, PAYMENT)
        await move_payment(tx, PAYMENT.id, end)
        other = await has_live_payment(tx, PaymentKind.REPAYMENT, PAYMENT.subject_id)
        return await has_live_payment(tx, PAYMENT.kind, PAYMENT.subject_id), other

    assert await unwritten(world, use_case) == (end is not PaymentStatus.FAILED, False)


async def test_the_database_itself_refuses_a_second_live_payment(world: World) -> None:
    async def use_case(tx: Tx) -> None:
        await add_payment(tx, PAYMENT)
        await add_payment(tx, replace(PAYMENT, id="pay_2"))
        await tx.flush()

    with pytest.raises(IntegrityError):
        await world.db.write(use_case)


@pytest.mark.parametrize("to", PaymentStatus)
@pytest.mark.parametrize("before", [PaymentStatus.SUCCEEDED, PaymentStatus.FAILED])
async def test_an_ended_payment_stays_as_it_is(
    world: World, before: PaymentStatus, to: PaymentStatus
) -> None:
    async def use_case(tx: Tx) -> tuple[bool, bool]:
        await add_payment(tx, PAYMENT)
        first = await move_payment(tx, PAYMENT.id, before, ended_at=START)
        return first, await move_payment(tx, PAYMENT.id, to)

    assert await unwritten(world, use_case) == (True, TRANSITIONS.allows(before, to))
    assert not TRANSITIONS.allows(before, to)


async def test_a_subject_has_each_posting_once(world: World) -> None:
    sides = [
        LedgerEntry("ref_1", Posting.ADVANCE, account, minor, "CNY", START)
        for account, minor in ((ADVANCES, -1), ("shopper:sho_1", 1))
    ]

    async def use_case(tx: Tx) -> None:
        await add_entries(tx, sides)
        await add_entries(tx, sides)
        await tx.flush()

    with pytest.raises(IntegrityError):
        await world.db.write(use_case)
