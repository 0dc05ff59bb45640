"""A piece may cost a part of a minor unit: 100 at 0.333 are 33.30, and 33 each."""

from pathlib import Path
from typing import Any

import pytest

from bff.importer.files import Files
from tests.support.import_files import a_file, a_line, an_order, at_once, sampled
from tests.support.world import START, World

LINES = "{ viewer { orders(first: 1) { nodes { lines { unitPrice { minor } paid { minor } } } } } }"


def an_order_of(quantity: int, price: int, paid: int) -> dict[str, Any]:
    line = a_line(quantity=quantity, unit_price_minor=price, paid_minor=paid)
    return an_order(order_no="FP", shopper_no="f1", lines=[line], **at_once(START))


@pytest.mark.parametrize(("quantity", "price", "paid"), [(100, 33, 3330), (3, 0, 2), (1, 33, 33)])
async def test_a_line_may_cost_less_than_a_minor_unit_more_for_each_piece(
    server: World, tmp_path: Path, quantity: int, price: int, paid: int
) -> None:
    order = an_order_of(quantity, price, paid)
    await sampled(server.db, Files(a_file(tmp_path, "orders.jsonl", order)))
    async with server.client("sho_f1") as app:
        [bought] = (await app.ask(LINES))["viewer"]["orders"]["nodes"]
    assert bought["lines"] == [{"unitPrice": {"minor": price}, "paid": {"minor": paid}}]


@pytest.mark.parametrize(("quantity", "price", "paid"), [(100, 33, 3400), (1, 33, 34)])
async def test_more_than_that_is_refused(
    server: World, tmp_path: Path, quantity: int, price: int, paid: int
) -> None:
    order = an_order_of(quantity, price, paid)
    counts = await sampled(server.db, Files(a_file(tmp_path, "orders.jsonl", order)))
    assert [str(one) for one in counts.refused] == [
        "orders.jsonl, line 1, lines[0].paid_minor: "
        f"expected at most {paid - 1}, less than quantity times (unit_price_minor + 1)"
    ]
