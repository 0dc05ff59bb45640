"""Files with errors: what is refused, and in which words."""

import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bff.db.database import Database
from bff.domain.orders.fields import PHONE
from bff.importer.files import Files
from tests.support.database import dump, new_database
from tests.support.import_files import (
    AN_ADDRESS,
    CURRENCY,
    LINE_NO,
    MINOR,
    MOMENT,
    NUMBER,
    QUANTITY,
    SAMPLE,
    StoppedClock,
    a_file,
    a_line,
    a_merchant,
    a_return,
    an_order,
    refusal,
    sampled,
    text,
)
from tests.support.rows import order_under
from tests.support.shared_world import shared_loop

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
async def db(db_folder: Path) -> AsyncIterator[Database]:
    async with new_database(db_folder, StoppedClock()) as database:
        yield database


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def unchanged(module_folder: Path) -> AsyncIterator[Database]:
    """Of all the files that are refused whole."""
    async with new_database(module_folder, StoppedClock()) as database:
        yield database


def a_line_with(**changes: object) -> dict[str, Any]:
    return {"lines": [a_line(), a_line(line_no=2) | changes]}


@pytest.mark.parametrize(
    ("changes", "path", "expected"),
    [
        ({"order_no": 7}, "order_no", NUMBER),
        ({"order_no": ""}, "order_no", NUMBER),
        ({"order_no": "B/1"}, "order_no", NUMBER),
        ({"order_no": "\u200b\n"}, "order_no", NUMBER),
        ({"order_no": "9" * 65}, "order_no", NUMBER),
        ({"shopper_no": None}, "shopper_no", NUMBER),
        ({"merchant_no": "小店"}, "merchant_no", NUMBER),
        ({"currency": "cny"}, "currency", CURRENCY),
        ({"currency": "RMB"}, "currency", CURRENCY),
        ({"paid_at": "2026-03-10T09:00:00"}, "paid_at", MOMENT),
        ({"paid_at": "2026-03-10"}, "paid_at", MOMENT),
        ({"paid_at": "1300000000"}, "paid_at", MOMENT),
        ({"paid_at": 1300000000}, "paid_at", MOMENT),
        ({"paid_at": "0001-01-01T00:00:00+14:00"}, "paid_at", MOMENT),
        ({"paid_at": "2100-01-01T00:00:00Z"}, "paid_at", MOMENT),
        ({"shipped_at": "soon"}, "shipped_at", f"{MOMENT}; null if not shipped"),
        ({"delivered_at": ""}, "delivered_at", f"{MOMENT}; null if not received"),
        ({"shipped_at": "2026-03-09T00:00:00Z"}, "shipped_at", "a moment not before paid_at"),
        (
            {"shipped_at": None, "delivered_at": "2026-03-10T00:59:59Z"},
            "delivered_at",
            "a moment not before paid_at",
        ),
        (
            {"delivered_at": "2026-03-10T01:30:00Z"},
            "delivered_at",
            "a moment not before shipped_at",
        ),
        ({"lines": []}, "lines", "a list of 1 to 10,000 order lines"),
        (
            {"lines": [a_line(line_no=each) for each in range(1, 10_002)]},
            "lines",
            "a list of 1 to 10,000 order lines",
        ),
        ({"lines": {}}, "lines", "a list of 1 to 10,000 order lines"),
        ({"lines": [7]}, "lines[0]", "a JSON object"),
        ({"lines": [a_line(quantity=0)]}, "lines[0].quantity", QUANTITY),
        ({"discount_minor": -1}, "discount_minor", MINOR),
        ({"discount_minor": 901}, "discount_minor", "at most 900, which is what the lines cost"),
        ({"nickname": " "}, "nickname", text(80)),
        ({"merchant_name": "x" * 81}, "merchant_name", text(80)),
        ({"ship_to": "home"}, "ship_to", "an address"),
        ({"ship_to": AN_ADDRESS | {"phone": 138}}, "ship_to.phone", PHONE),
        ({"ship_to": {**AN_ADDRESS, "zip": "1"}}, "ship_to.zip", "no such field"),
        ({"note": "x"}, "note", "no such field"),
        ({"no\nte": "x"}, "no\\nte", "no such field"),
        (a_line_with(line_no=0), "lines[1].line_no", LINE_NO),
        (a_line_with(line_no=10**9), "lines[1].line_no", LINE_NO),
        (
            a_line_with(line_no=1),
            "lines[1].line_no",
            "each once in the order; 1 is repeated",
        ),
        (a_line_with(sku=""), "lines[1].sku", text(64)),
        (a_line_with(title="\t"), "lines[1].title", text(200)),
        (a_line_with(title="x" * 201), "lines[1].title", text(200)),
        (a_line_with(category="a\u2028b"), "lines[1].category", text(64)),
        (a_line_with(quantity=0), "lines[1].quantity", QUANTITY),
        (a_line_with(quantity=1_000_001), "lines[1].quantity", QUANTITY),
        (a_line_with(quantity=True), "lines[1].quantity", QUANTITY),
        (a_line_with(quantity="2"), "lines[1].quantity", QUANTITY),
        (a_line_with(unit_price_minor=4.5), "lines[1].unit_price_minor", MINOR),
        (a_line_with(unit_price_minor=10**15 + 1), "lines[1].unit_price_minor", MINOR),
        (a_line_with(paid_minor=-1), "lines[1].paid_minor", MINOR),
        (
            a_line_with(paid_minor=1002),
            "lines[1].paid_minor",
            "at most 1001, less than quantity times (unit_price_minor + 1)",
        ),
        (
            a_line_with(unit_price_minor=10**15, paid_minor=10**15),
            "lines",
            "paid_minor of all lines to add up to at most 1,000,000,000,000,000",
        ),
        (a_line_with(freight_insured="yes"), "lines[1].freight_insured", "true or false"),
        (a_line_with(no_return_confirmed=1), "lines[1].no_return_confirmed", "true or false"),
    ],
)
@shared_loop
async def test_a_wrong_order_is_named_by_line_field_and_what_would_be_right(
    unchanged: Database, db_folder: Path, changes: dict[str, Any], path: str, expected: str
) -> None:
    files = Files(a_file(db_folder, "new.jsonl", "", an_order(**changes)))
    assert await refusal(unchanged, files) == f"new.jsonl, line 2, {path}: expected {expected}"


@pytest.mark.parametrize("name", sorted(an_order()))
@shared_loop
async def test_a_missing_field_is_an_error(unchanged: Database, db_folder: Path, name: str) -> None:
    order = {key: value for key, value in an_order().items() if key != name}
    message = await refusal(unchanged, Files(a_file(db_folder, "new.jsonl", order)))
    assert message.startswith(f"new.jsonl, line 1, {name}: expected ")
    assert message != f"new.jsonl, line 1, {name}: expected None"


@pytest.mark.parametrize("line", ["x", "[]", "null", "{", '{"order_no": "\\ud800"}', "[" * 5000])
@shared_loop
async def test_what_is_no_json_object_is_an_error(
    unchanged: Database, db_folder: Path, line: str
) -> None:
    files = Files(a_file(db_folder, "new.jsonl", "", line))
    assert await refusal(unchanged, files) == (
        "new.jsonl, line 2, the whole line: expected one JSON object, in UTF-8"
    )


@shared_loop
async def test_bytes_that_are_no_utf8_are_an_error(unchanged: Database, db_folder: Path) -> None:
    path = db_folder / "new.jsonl"
    path.write_bytes(b'{"order_no": "\xff"}\n')
    assert "line 1, the whole line: expected one JSON object, in UTF-8" in (
        await refusal(unchanged, Files(path))
    )


async def test_an_order_that_stands_twice_in_the_file_counts_once(
    db: Database, db_folder: Path
) -> None:
    imported = await sampled(db, Files(a_file(db_folder, "new.jsonl", an_order(), an_order())))
    assert (imported.orders, imported.refused) == (1, ())


@shared_loop
async def test_of_an_order_number_with_two_contents_neither_is_right(
    unchanged: Database, db_folder: Path
) -> None:
    other = an_order(discount_minor=1)
    files = Files(a_file(db_folder, "new.jsonl", an_order(), other))
    expected = "expected each once, or always the same; B-1 differs on lines 1, 2"
    assert (await refusal(unchanged, files)).splitlines() == [
        f"new.jsonl, line {line}, order_no: {expected}" for line in (1, 2)
    ]


async def test_what_is_right_in_a_file_is_kept_and_the_rest_is_named(
    db: Database, db_folder: Path
) -> None:
    wrong, good = an_order(order_no="B-2", lines=[a_line(quantity=0)]), an_order(order_no="B-3")
    orders = a_file(db_folder, "new.jsonl", an_order(), wrong, "{", good)
    of_none = a_return(credit_note="C-8", order_no="B-2", shopper_no="91")
    returns = a_file(db_folder, "back.jsonl", a_return(order_no=None, line_no=None), of_none)
    shops = [a_merchant(merchant_no="shop-1"), a_merchant(merchant_no="shop-2", name="")]
    merchants = a_file(db_folder, "shops.jsonl", *shops)
    imported = await sampled(db, Files(orders, returns, merchants))
    assert (imported.orders, imported.credit_lines, imported.merchants) == (2, 1, 2)
    assert [(error.file, error.line, error.field) for error in imported.refused] == [
        ("back.jsonl", 2, "line_no"),
        ("new.jsonl", 2, "lines[0].quantity"),
        ("new.jsonl", 3, "the whole line"),
        ("shops.jsonl", 2, "name"),
    ]
    before = await dump(db)
    again = await sampled(db, Files(orders, returns, merchants))
    assert (again.known_orders, again.known_credit_lines) == (2, 1)
    assert again.refused == imported.refused
    assert await dump(db) == before


@pytest.mark.parametrize("name", ["paid_at", "shipped_at", "delivered_at"])
@shared_loop
async def test_a_moment_still_to_come_is_an_error(
    unchanged: Database, db_folder: Path, name: str
) -> None:
    later = StoppedClock().at + timedelta(seconds=1)
    order = an_order(shipped_at=None, delivered_at=None) | {name: later.isoformat()}
    message = await refusal(unchanged, Files(a_file(db_folder, "new.jsonl", order)))
    now = "not after 2026-04-01T09:00:00.000+00:00"
    assert message == f"new.jsonl, line 1, {name}: expected a moment that has come: {now}"


def changed_line(order: dict[str, Any]) -> None:
    order["lines"][1]["title"] = "丝质方巾"


def other_discount(order: dict[str, Any]) -> None:
    order["discount_minor"] = 998


def later_payment(order: dict[str, Any]) -> None:
    order["paid_at"] = "2026-03-01T09:30:01+08:00"


def fewer_lines(order: dict[str, Any]) -> None:
    del order["lines"][2]


def other_receipt(order: dict[str, Any]) -> None:
    order["delivered_at"] = "2026-03-03T12:00:00+08:00"


@pytest.mark.parametrize(
    ("change", "field", "right"),
    [
        (changed_line, "lines[1].title", "棉质方巾"),
        (other_discount, "lines[0].paid_minor", "29149, after the discount"),
        (later_payment, "paid_at", "2026-03-01T01:30:00.000+00:00"),
        (fewer_lines, "lines", "line 3 too"),
        (other_receipt, "delivered_at", "2026-03-03T03:05:00.000+00:00"),
    ],
)
async def test_what_differs_of_a_known_order_is_named_and_the_rest_of_the_file_is_kept(
    db: Database, db_folder: Path, change: Change, field: str, right: str
) -> None:
    order = json.loads(SAMPLE.orders.read_text("utf-8").splitlines()[0])
    change(order)
    message = await refusal(db, Files(a_file(db_folder, "new.jsonl", "", order)))
    expected = f"{field}: expected {right}, as is known of order A-1001"
    assert message.splitlines()[0] == f"new.jsonl, line 2, {expected}"
    imported = await sampled(db, Files(a_file(db_folder, "new.jsonl", order, an_order())))
    assert (imported.orders, len(imported.refused) > 0) == (1, True)


async def test_a_file_with_newer_moments_takes_the_order_on(db: Database, db_folder: Path) -> None:
    """And an older file does not take it back (P3)."""
    paid = an_order(shipped_at=None, delivered_at=None)
    older, newer = (
        a_file(db_folder, "old.jsonl", paid),
        a_file(db_folder, "new.jsonl", an_order()),
    )
    await sampled(db, Files(newer))
    once = await dump(db)
    await sampled(db, Files(older))
    assert await dump(db) == once


async def test_orders_that_went_on_are_counted(db: Database, db_folder: Path) -> None:
    paid = an_order(shipped_at=None, delivered_at=None)
    await sampled(db, Files(a_file(db_folder, "old.jsonl", paid)))
    newer = Files(a_file(db_folder, "new.jsonl", an_order()))
    imported = await sampled(db, newer)
    assert (imported.known_orders, imported.advanced_orders) == (1, 1)
    assert (await sampled(db, newer)).advanced_orders == 0
    async with db.read() as connection:
        order = await order_under(connection, "ord_B-1")
    assert order.received_at == datetime(2026, 3, 12, 3, tzinfo=UTC)
