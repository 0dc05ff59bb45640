from dataclasses import replace

import pytest

from bff.db.transaction import Tx
from bff.domain.payments.duplicates import (
    Duplicate,
    DuplicateState,
    all_duplicates,
    open_duplicates,
)
from bff.domain.payments.model import ADVANCES, Payment, PaymentKind, PaymentStatus
from bff.domain.payments.store import add_payment
from tests.support.return_cases import unwritten
from tests.support.world import START, World

SECOND = Payment(
    id="pay_2",
    shopper_id="sho_1",
    kind=PaymentKind.ADVANCE,
    return_id="ret_1",
    subject_id="ref_1",
    payer=ADVANCES,
    payee="shopper:sho_1",
    amount_minor=19_900,
    currency="CNY",
    status=PaymentStatus.SUCCEEDED,
    requested_at=START,
    reference="P-2",
    duplicate_of="pay_1",
)
BACK = replace(
    SECOND,
    id="pay_3",
    kind=PaymentKind.REPAYMENT,
    subject_id=SECOND.id,
    payer="shopper:sho_1",
    payee="debt:sho_1",
    duplicate_of=None,
)


async def listed(world: World, *payments: Payment) -> list[Duplicate]:
    async def use_case(tx: Tx) -> list[Duplicate]:
        for payment in payments:
            await add_payment(tx, payment)
        return await all_duplicates(tx.connection)

    return await unwritten(world, use_case)


@pytest.mark.parametrize(
    ("payments", "state", "is_open"),
    [
        ([replace(SECOND, status=PaymentStatus.REQUESTED)], DuplicateState.RECALLED, True),
        ([replace(SECOND, status=PaymentStatus.FAILED)], DuplicateState.STOPPED, False),
        ([SECOND], DuplicateState.OWED_BY_SHOPPER, True),
        ([replace(SECOND, kind=PaymentKind.PICKUP_FEE)], DuplicateState.OWED_TO_SHOPPER, True),
        ([SECOND, BACK], DuplicateState.REPAID, False),
        (
            [SECOND, replace(BACK, status=PaymentStatus.REQUESTED)],
            DuplicateState.OWED_BY_SHOPPER,
            True,
        ),
    ],
)
async def test_a_duplicate_is_open_until_the_money_is_back(
    world: World, payments: list[Payment], state: DuplicateState, is_open: bool
) -> None:
    [duplicate] = await listed(world, *payments)
    assert (duplicate.state, duplicate.open) == (state, is_open)
    assert (duplicate.payment_id, duplicate.duplicate_of) == ("pay_2", "pay_1")


async def test_a_payment_for_its_own_purpose_is_none(world: World) -> None:
    assert await listed(world, replace(SECOND, duplicate_of=None)) == []
    async with world.db.read() as connection:
        assert await open_duplicates(connection) == 0
