"""An amount has the decimals of ISO 4217, whatever is customary where it is paid."""

from pathlib import Path

import pytest

from bff.importer.files import Files
from tests.support.import_files import a_file, a_line, an_order, at_once, sampled
from tests.support.world import START, World

PAID = """
{ viewer { orders(first: 1) { nodes { paid { minor currency display } } } } }
"""
CASES = [
    ("RSD", 129_900, "1,299.00"),
    ("IQD", 1_250_000, "1,250.000"),
    ("LAK", 5_000_000, "50,000.00"),
    ("ALL", 150_000, "1,500.00"),
    ("LBP", 150_000, "1,500.00"),
]


@pytest.mark.parametrize(("currency", "minor", "shown"), CASES)
async def test_an_order_is_shown_with_the_decimals_of_iso_4217(
    server: World, tmp_path: Path, currency: str, minor: int, shown: str
) -> None:
    line = a_line(quantity=1, unit_price_minor=minor, paid_minor=minor)
    order = an_order(
        order_no=f"C-{currency}",
        shopper_no="c1",
        currency=currency,
        lines=[line],
        **at_once(START),
    )
    await sampled(server.db, Files(a_file(tmp_path, "orders.jsonl", order)))
    for language in ("en", "zh"):
        async with server.client("sho_c1", language) as app:
            [bought] = (await app.ask(PAID))["viewer"]["orders"]["nodes"]
        assert bought["paid"] == {
            "minor": minor,
            "currency": currency,
            "display": f"{currency}{shown}",
        }


@pytest.mark.parametrize("currency", ["XXX", "XTS", "XAU", "CLF", "DEM"])
async def test_what_nobody_pays_with_is_refused(
    server: World, tmp_path: Path, currency: str
) -> None:
    file = a_file(tmp_path, "orders.jsonl", an_order(currency=currency, **at_once(START)))
    counts = await sampled(server.db, Files(file))
    assert [str(one) for one in counts.refused] == [
        "orders.jsonl, line 1, currency: expected the ISO 4217 code of money in use, such as CNY"
    ]
