"""One payment at most for a purpose, and books that balance."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest
from sqlalchemy import Table, func, select

from bff.core.money import Money
from bff.db.tables import ledger_entries, outbox, payments
from bff.db.transaction import Tx
from bff.domain.payments.model import ADVANCES, Payment, PaymentKind, PaymentStatus, Posting
from bff.domain.payments.service import UnbalancedError, post_entries, request_payment, transfer
from bff.domain.payments.store import move_payment
from tests.support.world import World

T = TypeVar("T")
AMOUNT = Money(19_900, "CNY")


async def request_once(tx: Tx, kind: PaymentKind = PaymentKind.ADVANCE) -> Payment | None:
    payee = "shopper:sho_1"
    return await request_payment(tx, "sho_1", kind, "ret_1", "ref_1", ADVANCES, payee, AMOUNT)


async def count(tx: Tx, table: Table) -> int:
    await tx.flush()
    found: int = (await tx.execute(select(func.count()).select_from(table))).scalar()
    return found


class UndoneError(Exception):
    """Raised to leave no trace: nothing here is of a return."""


async def tried(world: World, act: Callable[[Tx], Awaitable[T]]) -> T:
    results: list[T] = []

    async def and_undone(tx: Tx) -> None:
        results.append(await act(tx))
        raise UndoneError

    with pytest.raises(UndoneError):
        await world.db.write(and_undone)
    return results[0]


@pytest.mark.parametrize("end", [None, PaymentStatus.SUCCEEDED])
async def test_there_is_no_second_payment_beside_one_that_is_alive(
    world: World, end: PaymentStatus | None
) -> None:
    async def twice(tx: Tx) -> tuple[Payment | None, int, int]:
        first = await request_once(tx)
        if first and end:
            await move_payment(tx, first, end)
        return await request_once(tx), await count(tx, payments), await count(tx, outbox)

    assert await tried(world, twice) == (None, 1, 1)


async def test_after_a_failure_another_may_be_tried(world: World) -> None:
    async def twice(tx: Tx) -> tuple[Payment | None, Payment | None]:
        first = await request_once(tx)
        assert first
        await move_payment(tx, first, PaymentStatus.FAILED)
        return first, await request_once(tx)

    first, second = await tried(world, twice)
    assert first
    assert second
    assert first.id != second.id


async def test_another_purpose_is_another_payment(world: World) -> None:
    async def both(tx: Tx) -> list[Payment | None]:
        return [
            await request_once(tx, kind) for kind in (PaymentKind.ADVANCE, PaymentKind.REPAYMENT)
        ]

    assert None not in await tried(world, both)


async def test_what_one_gives_another_takes(world: World) -> None:
    async def once(tx: Tx) -> dict[str, int]:
        await transfer(tx, "sho_1", "ref_1", Posting.ADVANCE, ADVANCES, "shopper:sho_1", AMOUNT)
        rows = await tx.execute(select(ledger_entries.c.account, ledger_entries.c.amount_minor))
        return {row.account: row.amount_minor for row in rows}

    assert await tried(world, once) == {ADVANCES: -19_900, "shopper:sho_1": 19_900}


async def test_what_does_not_balance_is_not_posted(world: World) -> None:
    moves = {ADVANCES: -2, "shopper:sho_1": 1}
    with pytest.raises(UnbalancedError):
        await world.db.write(
            lambda tx: post_entries(tx, "sho_1", "ref_1", Posting.ADVANCE, moves, "CNY")
        )
