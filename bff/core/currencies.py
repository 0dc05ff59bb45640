"""Money that people pay with, by the list of ISO 4217."""

from babel.numbers import get_currency_precision
from iso4217 import Currency

# Units of account and funds: the list has decimals for them, and nobody pays with them.
FUNDS = frozenset({"BOV", "CHE", "CHW", "CLF", "COU", "MXV", "USN", "UYI", "UYW"})
# Metals, codes for tests and the like have none.
_DECIMALS = {
    currency.code: currency.exponent
    for currency in Currency
    if currency.exponent is not None and currency.code not in FUNDS
}
CURRENCIES = frozenset(_DECIMALS)


def decimals(code: str) -> int:
    """How many of an amount's digits are minor units.

    Babel knows those of money that is no longer in use, and of which orders may be kept.
    """
    known = _DECIMALS.get(code)
    return get_currency_precision(code) if known is None else known
