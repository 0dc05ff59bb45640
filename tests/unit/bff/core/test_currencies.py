"""Which money there is, and how many decimals it has, by ISO 4217."""

import pytest

from bff.core.currencies import CURRENCIES, decimals


@pytest.mark.parametrize(
    ("code", "count"),
    [
        *[(code, 2) for code in ("CNY", "RSD", "LAK", "ALL", "LBP", "MMK", "IRR", "AFN", "YER")],
        *[(code, 3) for code in ("IQD", "KWD", "BHD", "TND", "JOD", "OMR", "LYD")],
        *[(code, 0) for code in ("JPY", "KRW", "VND", "CLP", "UGX", "ISK", "XOF")],
    ],
)
def test_the_decimals_are_those_of_iso_4217(code: str, count: int) -> None:
    assert code in CURRENCIES
    assert decimals(code) == count


@pytest.mark.parametrize(
    "code", ["XXX", "XTS", "XAU", "XDR", "CHE", "CLF", "USN", "DEM", "RMB", "cny", ""]
)
def test_what_nobody_pays_with_is_no_currency(code: str) -> None:
    assert code not in CURRENCIES


def test_money_out_of_use_keeps_its_decimals() -> None:
    assert (decimals("DEM"), decimals("ITL"), decimals("XQQ")) == (2, 0, 2)
