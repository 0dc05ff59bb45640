"""Amounts are formatted as Babel formats them, with the decimals of ISO 4217."""

from decimal import Decimal

from babel.numbers import format_currency, list_currencies
from hypothesis import given, settings
from hypothesis import strategies as st

from bff.core.currencies import decimals
from bff.core.memo import memoised
from bff.core.money import Money
from bff.locale.language import LANGUAGES, Language
from bff.locale.messages import LOCALES, format_money, translate

steadily = settings(max_examples=500, derandomize=True, database=None, deadline=None)
LANGUAGE = st.sampled_from(LANGUAGES)
CURRENCY = st.sampled_from([*sorted(list_currencies()), "XQQ"])
MINOR = st.integers(-(10**18), 10**18) | st.integers(-2_000, 2_000)


def by_babel(language: Language, money: Money) -> str:
    """Both languages have one pattern."""
    digits = decimals(money.currency)
    pattern = f"¤#,##0.{'0' * digits}" if digits else "¤#,##0"
    return format_currency(
        Decimal(money.minor).scaleb(-digits),
        money.currency,
        pattern,
        locale=LOCALES[language],
        currency_digits=False,
    )


@steadily
@given(LANGUAGE, MINOR, CURRENCY)
def test_every_amount_is_formatted_as_babel_formats_it(
    language: Language, minor: int, currency: str
) -> None:
    money = Money(minor, currency)
    assert format_money(language, money) == by_babel(language, money)


@given(LANGUAGE, st.integers(0, 9) | st.sampled_from("0123456789") | st.booleans())
def test_a_cached_value_is_not_given_for_another_key(language: Language, fact: int | str) -> None:
    assert translate(language, "{fact}", fact=fact) == str(fact)


def test_a_cache_holds_no_more_than_its_bound() -> None:
    computed: list[int] = []

    @memoised(3)
    def doubled(number: int) -> int:
        computed.append(number)
        return 2 * number

    for number in [1, 1, 2, 3, 1, 4, 2]:
        assert doubled(number) == 2 * number
    assert computed == [1, 2, 3, 4, 2]
