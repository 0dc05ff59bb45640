"""Pieces that a credit note and a return here have in common."""

from datetime import timedelta

import pytest

from bff.domain.returns.credits import (
    Credit,
    Creditable,
    Pieces,
    assign,
    creditable_by_line,
    credited_by_return,
)
from bff.domain.returns.model import CloseReason
from bff.domain.returns.transitions.returns import close
from tests.support.return_cases import open_case, write
from tests.support.world import START, World

DAY = timedelta(days=1)


def opened(name: str, quantity: int, minor: int = 100, days: int = 0) -> Creditable:
    return Creditable(name, START + days * DAY, quantity, minor)


@pytest.mark.parametrize(
    ("credit", "returns", "left", "assigned"),
    [
        ((1, 100), [], 1, {}),
        ((1, 100), [opened("a", 1)], 0, {"a": Pieces(1, 100)}),
        ((1, 100), [opened("a", 1, days=-3)], 5, {"a": Pieces(1, 100)}),
        ((1, 90), [opened("a", 2)], 0, {"a": Pieces(1, 90)}),
        ((3, 100), [opened("a", 1), opened("b", 1)], 5, {"a": Pieces(1, 33), "b": Pieces(1, 33)}),
        ((2, 100), [opened("a", 1), opened("b", 2)], 5, {"b": Pieces(2, 100)}),
        ((1, 90), [opened("a", 1), opened("b", 1, 90)], 5, {"b": Pieces(1, 90)}),
        ((1, 100), [opened("a", 1, days=1)], 1, {}),
        ((1, 100), [opened("a", 1, days=1)], 0, {"a": Pieces(1, 100)}),
        ((3, 90), [opened("a", 2, days=1)], 2, {"a": Pieces(1, 30)}),
        (
            (3, 90),
            [opened("a", 1), opened("b", 2, days=1)],
            1,
            {"a": Pieces(1, 30), "b": Pieces(1, 30)},
        ),
    ],
)
def test_a_credit_is_of_the_return_that_is_most_like_it(
    credit: tuple[int, int], returns: list[Creditable], left: int, assigned: dict[str, Pieces]
) -> None:
    assert assign(Credit(*credit, START), returns, left) == assigned
    assert assign(Credit(*credit, START), returns[::-1], left) == assigned


async def test_a_return_can_be_credited_until_it_closes(world: World) -> None:
    case = await open_case(world)
    owner, line = case.this_return.shopper_id, case.this_return.order_line_id

    async def found() -> dict[str, list[Creditable]]:
        async with world.db.read() as connection:
            return await creditable_by_line(connection, [owner], [line, "oli_other-1"])

    this_return, refund = case.this_return, case.refund
    assert await found() == {
        line: [Creditable(this_return.id, START, this_return.quantity, refund.amount_minor)],
        "oli_other-1": [],
    }
    await write(world, close, this_return, CloseReason.SHOPPER)
    assert await found() == {line: [], "oli_other-1": []}


async def test_what_nothing_credits_has_no_pieces(world: World) -> None:
    async with world.db.read() as connection:
        assert await credited_by_return(connection, "sho_1", ["ret_1"]) == {"ret_1": Pieces(0, 0)}
