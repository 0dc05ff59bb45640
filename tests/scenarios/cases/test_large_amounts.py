"""Amounts up to 10^15 minor units: never a fault, by plan and by graphql-core alike."""

from pathlib import Path

import pytest

from bff.core.money import MAX_MINOR
from bff.importer.files import Files
from tests.support.factories import Goods
from tests.support.import_files import a_file, a_line, an_order, at_once, sampled
from tests.support.journeys.return_lives import opened
from tests.support.journeys.stage import Stage
from tests.support.world import START, World

ORDERS = """
{ viewer { orders(first: 1) { nodes {
  paid { minor display }
  lines { paid { minor } unitPrice { minor } returnability { refundQuote { refund { minor } } } }
} } } }
"""


@pytest.mark.parametrize("minor", [2**31 - 1, 2**31, 10**12, MAX_MINOR])
async def test_a_large_amount_is_shown_as_it_is(server: World, tmp_path: Path, minor: int) -> None:
    line = a_line(quantity=1, unit_price_minor=minor, paid_minor=minor)
    order = an_order(shopper_no="big", lines=[line], **at_once(START))
    await sampled(server.db, Files(a_file(tmp_path, "orders.jsonl", order)))
    async with server.client("sho_big") as app:
        answers = [(await app.ask(ORDERS))["viewer"]["orders"]["nodes"] for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    [bought] = answers[0]
    whole, cents = divmod(minor, 100)
    assert bought["paid"] == {"minor": minor, "display": f"CN¥{whole:,}.{cents:02}"}
    [shown] = bought["lines"]
    assert (shown["paid"]["minor"], shown["unitPrice"]["minor"]) == (minor, minor)
    assert shown["returnability"]["refundQuote"]["refund"]["minor"] == minor


async def test_an_order_is_bounded_in_all(server: World, tmp_path: Path) -> None:
    lines = [a_line(line_no=no, unit_price_minor=MAX_MINOR, paid_minor=MAX_MINOR) for no in (1, 2)]
    counts = await sampled(
        server.db, Files(a_file(tmp_path, "orders.jsonl", an_order(lines=lines, **at_once(START))))
    )
    assert [str(one) for one in counts.refused] == [
        "orders.jsonl, line 1, lines: "
        "expected paid_minor of all lines to add up to at most 1,000,000,000,000,000"
    ]


async def test_a_large_amount_is_advanced_settled_and_booked(stage: Stage) -> None:
    """Level 5 has no limit of the advance. The stage checks the ledger at its end."""
    async with stage.shopper(level=5) as phone:
        trip = await opened(phone, Goods(paid_minor=MAX_MINOR))
        await trip.is_fetched()
        await stage.work()
        advanced = await trip.seen()
        assert await trip.merchant("goods.inspected", outcome="ACCEPTED") == "DONE"
        await stage.passes(days=9)
        settled = await trip.seen()
    assert advanced["refund"]["advance"] == "ADVANCED"
    assert settled["refund"]["advance"] == "SETTLED"
    assert settled["refund"]["amount"]["minor"] == MAX_MINOR
