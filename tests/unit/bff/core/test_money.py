"""Money is minor units with a currency, and nothing of it is lost in splitting."""

import pytest

from bff.core.money import CurrencyMismatchError, Money, allocate, part_of


def yuan(minor: int) -> Money:
    return Money(minor, "CNY")


def test_money_adds_and_subtracts_in_minor_units() -> None:
    assert yuan(1_299) + yuan(1) == yuan(1_300)
    assert yuan(1_299) - yuan(1_300) == yuan(-1)
    assert -yuan(5) == yuan(-5)


@pytest.mark.parametrize("mixed", [lambda a, b: a + b, lambda a, b: a - b])
def test_currencies_do_not_mix(mixed: object) -> None:
    assert callable(mixed)
    with pytest.raises(CurrencyMismatchError, match="CNY with GBP"):
        mixed(yuan(1), Money(1, "GBP"))


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (100, [1, 2], [33, 67]),
        (10_000, [9_900, 100], [9_900, 100]),
        (1, [1, 1], [1, 0]),
        (7, [0, 0, 0], [3, 2, 2]),
        (0, [3, 4], [0, 0]),
        (5, [0, 1], [0, 5]),
        (2, [1, 5, 1, 5], [0, 1, 0, 1]),
    ],
)
def test_cents_left_over_go_to_the_largest_remainders(
    total: int, weights: list[int], parts: list[int]
) -> None:
    assert allocate(total, weights) == parts


def test_nothing_is_allocated_to_nobody() -> None:
    assert allocate(0, []) == []


def test_the_last_pieces_take_all_that_is_left() -> None:
    assert part_of(10_000, 1, 3) == 3_333
    assert part_of(6_667, 1, 2) == 3_333
    assert part_of(3_334, 1, 1) == 3_334


@pytest.mark.parametrize(("quantity", "left"), [(0, 1), (-1, 1), (2, 1), (1, 0)])
def test_no_part_of_more_pieces_than_there_are(quantity: int, left: int) -> None:
    with pytest.raises(ValueError, match=f"{quantity} of {left} pieces"):
        part_of(100, quantity, left)
