"""Money that is split or comes back: nothing is lost, nothing is given twice."""

from collections.abc import Sequence
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from bff.core.money import Money, allocate, part_of
from bff.domain.refunds.model import Held, refund_for

steadily = settings(max_examples=300, derandomize=True, database=None, deadline=None)
TOTALS = st.integers(0, 10**12)
WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=12)


@steadily
@given(TOTALS, WEIGHTS)
def test_the_parts_add_up_to_the_whole(total: int, weights: list[int]) -> None:
    parts = allocate(total, weights)
    assert len(parts) == len(weights)
    assert sum(parts) == total
    assert min(parts) >= 0


@steadily
@given(TOTALS, WEIGHTS)
def test_no_part_is_a_cent_off_its_fair_share(total: int, weights: list[int]) -> None:
    shares = weights if any(weights) else [1] * len(weights)
    for part, weight in zip(allocate(total, weights), shares, strict=True):
        assert abs(part - Fraction(total * weight, sum(shares))) < 1


@steadily
@given(TOTALS, WEIGHTS)
def test_a_larger_weight_gets_no_smaller_part(total: int, weights: list[int]) -> None:
    by_weight = sorted(zip(weights, allocate(total, weights), strict=True))
    parts = [part for _, part in by_weight]
    assert parts == sorted(parts)


@steadily
@given(TOTALS, st.integers(1, 1_000), st.data())
def test_pieces_taken_in_any_sizes_add_up_to_what_was_paid(
    paid: int, pieces: int, data: st.DataObject
) -> None:
    left, minor, taken = pieces, paid, []
    while left:
        quantity = data.draw(st.integers(1, left))
        taken.append(part_of(minor, quantity, left))
        minor, left = minor - taken[-1], left - quantity
    assert sum(taken) == paid
    assert min(taken) >= 0


# Each number opens a return of that many pieces, as far as there are some; zero and below
# cancels one that is open.
MOVES = st.lists(st.integers(-4, 4), max_size=30)


def held(opened: Sequence[tuple[int, int]]) -> Held:
    return Held(sum(quantity for quantity, _ in opened), sum(minor for _, minor in opened))


def moved(opened: list[tuple[int, int]], move: int, paid: Money, bought: int) -> None:
    left = bought - held(opened).quantity
    if move <= 0 and opened:
        opened.pop(move % len(opened))
    elif 0 < move <= left:
        opened.append((move, refund_for(paid, bought, held(opened), move).minor))


@steadily
@given(TOTALS, st.integers(1, 9), MOVES)
def test_in_any_order_of_opening_and_cancelling_it_ends_at_what_was_paid(
    minor: int, bought: int, moves: list[int]
) -> None:
    opened: list[tuple[int, int]] = []
    paid = Money(minor, "CNY")
    for move in moves:
        moved(opened, move, paid, bought)
        assert all(refund >= 0 for _, refund in opened)
        assert held(opened).minor <= minor
    if left := bought - held(opened).quantity:
        moved(opened, left, paid, bought)
    assert held(opened) == Held(bought, minor)


@steadily
@given(TOTALS, st.integers(1, 50), st.data())
def test_a_first_return_is_no_cent_off_its_fair_share(
    minor: int, bought: int, data: st.DataObject
) -> None:
    quantity = data.draw(st.integers(1, bought))
    refund = refund_for(Money(minor, "CNY"), bought, Held(0, 0), quantity)
    assert 0 <= Fraction(minor * quantity, bought) - refund.minor < 1
    assert refund.currency == "CNY"
