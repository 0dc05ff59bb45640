"""What comes back is what was paid, to the cent; and what the platform pays ahead: R8."""

import pytest
from msgspec.structs import replace

from bff.core.money import Money, allocate
from bff.domain.refunds.model import (
    AdvanceStatus,
    Held,
    RefundQuote,
    is_within_advance_limit,
    refund_for,
)
from bff.domain.returns.rules.returnability import assess
from tests.support.models import NOTHING_HELD, POLICY, REFUND, SOON_AFTER, changed, subject

LIMIT = 300_000


def yuan(minor: int) -> Money:
    return Money(minor, "CNY")


def test_a_part_of_a_line_gives_back_its_share_rounded_down() -> None:
    assert refund_for(yuan(10_000), 3, NOTHING_HELD, 1) == yuan(3_333)
    assert refund_for(yuan(10_000), 3, NOTHING_HELD, 2) == yuan(6_666)
    assert refund_for(yuan(10_000), 3, NOTHING_HELD, 3) == yuan(10_000)


def test_the_last_pieces_give_back_what_is_left() -> None:
    assert refund_for(yuan(10_000), 3, Held(1, 3_333), 2) == yuan(6_667)
    assert refund_for(yuan(10_000), 3, Held(2, 6_666), 1) == yuan(3_334)


def test_what_was_credited_before_is_not_given_back_again() -> None:
    assert refund_for(yuan(10_000), 3, Held(1, 9_999), 2) == yuan(1)
    assert refund_for(yuan(10_000), 3, Held(1, 12_000), 2) == yuan(0)


@pytest.mark.parametrize(
    ("quantity", "refund"), [(1, 2_828), (2, 5_657), (3, 8_485), (6, 16_971), (7, 19_800)]
)
def test_the_quote_prorates_the_orders_discount_to_the_cent(quantity: int, refund: int) -> None:
    prices = [21_000, 8_000]
    paid = allocate(sum(prices) - 1_657, prices)
    assert paid == [19_800, 7_543]
    line = {"quantity": 7, "unit_price_minor": 3_000, "paid_minor": paid[0]}
    quote = assess(subject(line=line), quantity, SOON_AFTER).refund_quote
    assert quote == RefundQuote(quantity, yuan(refund), advance=True)


def test_a_line_that_cost_nothing_gives_nothing_back() -> None:
    quote = assess(subject(line={"paid_minor": 0}), None, SOON_AFTER).refund_quote
    assert quote is not None
    assert quote.refund == yuan(0)


@pytest.mark.parametrize(
    ("level", "minor", "already", "within"),
    [
        (3, LIMIT, 0, True),
        (3, LIMIT + 1, 0, False),
        (4, LIMIT, 0, True),
        (4, LIMIT + 1, 0, False),
        (4, 1, LIMIT, False),
        (4, 1, LIMIT - 1, True),
        (5, LIMIT + 1, 0, True),
        (5, 100 * LIMIT, LIMIT, True),
    ],
)
def test_a_levels_advance_limit(level: int, minor: int, already: int, within: bool) -> None:
    assert is_within_advance_limit(POLICY, level, yuan(minor), already) is within


def test_the_limit_is_the_currencys() -> None:
    assert is_within_advance_limit(POLICY, 3, Money(30_000, "GBP"), 0)
    assert not is_within_advance_limit(POLICY, 3, Money(30_001, "GBP"), 0)


@pytest.mark.parametrize("level", [3, 5])
def test_a_currency_without_a_limit_is_not_advanced(level: int) -> None:
    assert not is_within_advance_limit(POLICY, level, Money(1, "USD"), 0)


def test_a_limit_of_nothing_advances_nothing() -> None:
    none = changed(POLICY, "advance", limit_minor={"CNY": 0})
    assert not is_within_advance_limit(none, 3, yuan(1), 0)
    assert is_within_advance_limit(none, 5, yuan(1), 0)


@pytest.mark.parametrize("level", [1, 2])
def test_only_express_returns_are_advanced(level: int) -> None:
    quote = assess(subject(level=level), None, SOON_AFTER).refund_quote
    assert quote
    assert not quote.advance


def test_over_the_limit_a_return_is_express_without_an_advance() -> None:
    line = {"paid_minor": LIMIT + 1}
    for level, advance in ((3, False), (4, False), (5, True)):
        answer = assess(subject(line=line, level=level), None, SOON_AFTER)
        assert answer.express
        assert answer.refund_quote == RefundQuote(1, yuan(LIMIT + 1), advance=advance)


def test_the_limit_is_for_what_is_returned_not_for_the_line() -> None:
    answer = assess(subject(line={"paid_minor": 2 * LIMIT, "quantity": 2}), 1, SOON_AFTER)
    assert answer.refund_quote == RefundQuote(1, yuan(LIMIT), advance=True)


@pytest.mark.parametrize("advance", AdvanceStatus)
def test_only_an_advance_that_was_taken_back_is_owed_until_it_is_repaid(
    advance: AdvanceStatus,
) -> None:
    owes = advance is AdvanceStatus.CLAWED_BACK
    refund = replace(REFUND, advance=advance, refunded_at=SOON_AFTER)
    assert refund.owed == yuan(19_900 if owes else 0)
    assert replace(refund, repaid_at=SOON_AFTER).owed == yuan(0)
