"""Returns and merchants that are refused, and in which words."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bff.db.database import Database
from bff.domain.orders.fields import STREET
from bff.importer.files import Files
from bff.importer.records import CreditRecord
from tests.support.database import new_database
from tests.support.import_files import (
    AN_ADDRESS,
    CURRENCY,
    MINOR,
    MOMENT,
    NUMBER,
    QUANTITY,
    StoppedClock,
    a_file,
    a_merchant,
    a_return,
    an_order,
    refusal,
    sampled,
    text,
)
from tests.support.text_fields import takes_nul


@pytest.fixture
async def db(db_folder: Path) -> AsyncIterator[Database]:
    async with new_database(db_folder, StoppedClock()) as database:
        yield database


@pytest.mark.parametrize(
    ("changes", "path", "expected"),
    [
        ({"credit_note": ""}, "credit_note", NUMBER),
        ({"shopper_no": 88}, "shopper_no", NUMBER),
        ({"sku": None}, "sku", text(64)),
        ({"quantity": 0}, "quantity", QUANTITY),
        ({"refunded_minor": -1}, "refunded_minor", MINOR),
        ({"currency": "XYZ"}, "currency", CURRENCY),
        ({"returned_at": "2026-03-09"}, "returned_at", MOMENT),
        ({"order_no": "?"}, "order_no", f"{NUMBER}; null without a purchase"),
        ({"line_no": 0}, "line_no", "an order's line; null without a purchase"),
        ({"reason": "x"}, "reason", "no such field"),
        ({"line_no": None}, "line_no", "with order_no: both given or both null"),
        ({"order_no": None}, "line_no", "with order_no: both given or both null"),
        (
            {"line_no": 9},
            "line_no",
            "a line that was bought; order A-1001 has no such line",
        ),
        (
            {"order_no": "A-9"},
            "line_no",
            "a line that was bought; order A-9 has no such line",
        ),
        ({"shopper_no": "89"}, "shopper_no", "the shopper who bought, as in order A-1001"),
        ({"sku": "SC-1"}, "sku", "DR-1, as in order A-1001"),
        ({"currency": "GBP"}, "currency", "CNY, as in order A-1001"),
        (
            {"returned_at": "2026-02-28T00:00:00Z"},
            "returned_at",
            "a moment not before order A-1001 was paid",
        ),
        ({"quantity": 2}, "quantity", "at most 1, which is what is left of the 1 bought"),
        (
            {"sku": "SC-1", "line_no": 2},
            "quantity",
            "at most 0, which is what is left of the 3 bought",
        ),
        (
            {
                "credit_note": "C-2",
                "sku": "MUG",
                "order_no": None,
                "line_no": None,
                "shopper_no": "90",
                "currency": "GBP",
                "refunded_minor": 495,
                "returned_at": "2026-03-09T10:00:00Z",
                "quantity": 2,
            },
            "quantity",
            "1, as is known of C-2, sku MUG",
        ),
    ],
)
async def test_a_wrong_credit_line_is_named_by_line_field_and_what_would_be_right(
    db: Database, db_folder: Path, changes: dict[str, Any], path: str, expected: str
) -> None:
    returns = a_file(db_folder, "back.jsonl", "", a_return(**changes))
    orders = a_file(db_folder, "new.jsonl")
    message = await refusal(db, Files(orders, returns))
    assert message == f"back.jsonl, line 2, {path}: expected {expected}"


async def test_returns_of_one_file_together_must_not_exceed_what_was_bought(
    db: Database, db_folder: Path
) -> None:
    back = {"shopper_no": "91", "sku": "HAT", "order_no": "B-1", "line_no": 1, "quantity": 1}
    days = (22, 21, 20)
    lines = [
        a_return(credit_note=f"N-{day}", returned_at=f"2026-03-{day}T00:00:00Z", **back)
        for day in days
    ]
    files = Files(
        a_file(db_folder, "new.jsonl", an_order()),
        a_file(db_folder, "back.jsonl", *lines),
    )
    imported = await sampled(db, files)
    assert imported.credit_lines == 2
    assert [str(error) for error in imported.refused] == [
        "back.jsonl, line 1, quantity: expected at most 0, which is what is left of the 2 bought"
    ]


@pytest.mark.parametrize(
    ("changes", "path", "expected"),
    [
        ({"merchant_no": "a/b"}, "merchant_no", NUMBER),
        ({"name": ""}, "name", text(80)),
        ({"covers_pickup": 0}, "covers_pickup", "true or false"),
        ({"return_address": []}, "return_address", "an address, or null"),
        (
            {"return_address": {**AN_ADDRESS, "street": "\x00"}},
            "return_address.street",
            STREET,
        ),
    ],
)
async def test_a_wrong_merchant_is_named_by_line_field_and_what_would_be_right(
    db: Database, db_folder: Path, changes: dict[str, Any], path: str, expected: str
) -> None:
    merchants = a_file(db_folder, "shops.jsonl", "", a_merchant(**changes))
    orders = a_file(db_folder, "new.jsonl")
    message = await refusal(db, Files(orders, merchants=merchants))
    assert message == f"shops.jsonl, line 2, {path}: expected {expected}"


async def test_all_errors_are_given_together_by_file_and_line(
    db: Database, db_folder: Path
) -> None:
    orders = a_file(db_folder, "new.jsonl", *(an_order(order_no="") for _ in range(22)))
    returns = a_file(db_folder, "back.jsonl", a_return(quantity=0))
    message = (await refusal(db, Files(orders, returns))).splitlines()
    assert message[0] == f"back.jsonl, line 1, quantity: expected {QUANTITY}"
    assert message[1:] == [
        f"new.jsonl, line {number}, order_no: expected {NUMBER}" for number in range(1, 23)
    ]


def test_no_text_has_a_nul() -> None:
    assert takes_nul(CreditRecord) == []
