"""Real input: what is kept, what is refused and in which words."""

import json
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bff.core import ids
from bff.db.database import Database
from bff.db.tables import metadata, order_lines, star_changes
from bff.importer.files import Files, import_files
from bff.importer.load import Imported, Rules
from bff.importer.problems import BadLinesError, UnreadableFileError
from bff.importer.reading import Quiet
from bff.orders.model import Merchant, OrderStatus, line_id
from bff.orders.store import (
    addresses_by_id,
    addresses_by_owner,
    lines_by_id,
    merchants_by_id,
    orders_by_id,
    shoppers_by_id,
)
from bff.policy.model import PolicyError, read_policies
from bff.policy.store import publish

ROOT = Path(__file__).parents[1]
SAMPLE = Files(
    *(ROOT / "tests" / "data" / f"{name}.jsonl" for name in ("orders", "returns", "merchants"))
)
RULES = Rules(packaged=read_policies(ROOT / "bff" / "policy.toml"))
GIFTS = read_policies(ROOT / "examples" / "gifts-policy.toml")

Dump = dict[str, list[tuple[object, ...]]]
Change = Callable[[dict[str, Any]], object]


@dataclass(frozen=True)
class StoppedClock:
    at: datetime = datetime(2026, 4, 1, 9, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


@dataclass
class Watched:
    """What a progress bar would have shown: each stage with steps done and steps announced."""

    stages: list[str] = field(default_factory=list)
    steps: list[tuple[int, int]] = field(default_factory=list)

    def start(self, description: str, total: int) -> None:
        self.stages.append(description)
        self.steps.append((0, total))

    def advance(self, steps: int) -> None:
        done, total = self.steps[-1]
        self.steps[-1] = (done + steps, total)


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(tmp_path / "bff.sqlite3", StoppedClock())
    await database.write(lambda tx: tx.connection.run_sync(metadata.create_all))
    yield database
    await database.close()


async def dump(db: Database) -> Dump:
    found: Dump = {}
    async with db.read() as connection:
        for table in metadata.sorted_tables:
            rows = await connection.execute(select(table).order_by(*table.primary_key.columns))
            found[table.name] = [tuple(row) for row in rows]
    return found


def an_order(**changes: object) -> dict[str, Any]:
    order = {
        "order_no": "B-1",
        "shopper_no": "91",
        "merchant_no": "corner-shop",
        "currency": "CNY",
        "paid_at": "2026-03-10T09:00:00+08:00",
        "shipped_at": "2026-03-10T10:00:00+08:00",
        "delivered_at": "2026-03-12T11:00:00+08:00",
        "lines": [a_line()],
    }
    return order | changes


def a_line(**changes: object) -> dict[str, Any]:
    line = {
        "line_no": 1,
        "sku": "HAT",
        "title": "渔夫帽",
        "category": "accessories",
        "quantity": 2,
        "unit_price_minor": 500,
        "paid_minor": 900,
    }
    return line | changes


def a_return(**changes: object) -> dict[str, Any]:
    credit = {
        "credit_note": "C-9",
        "shopper_no": "88",
        "sku": "DR-1",
        "quantity": 1,
        "refunded_minor": 29000,
        "currency": "CNY",
        "returned_at": "2026-03-09T10:00:00+08:00",
        "order_no": "A-1001",
        "line_no": 1,
    }
    return credit | changes


def a_merchant(**changes: object) -> dict[str, Any]:
    merchant = {
        "merchant_no": "corner-shop",
        "name": "街角小店",
        "covers_pickup": False,
        "return_address": None,
    }
    return merchant | changes


AN_ADDRESS = {"recipient": "陈岚", "phone": "138", "region": "上海市", "street": "政立路477号"}


def a_file(folder: Path, name: str, *lines: dict[str, Any] | str) -> Path:
    path = folder / name
    texts = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    path.write_text("".join(f"{text}\n" for text in texts), "utf-8")
    return path


async def sampled(db: Database, files: Files = SAMPLE, rules: Rules = RULES) -> Imported:
    return await import_files(db, files, rules, Quiet())


async def refusal(db: Database, files: Files) -> str:
    """What a person reads; the sample is in the database and must stay as it is."""
    await sampled(db)
    before = await dump(db)
    with pytest.raises(BadLinesError) as caught:
        await sampled(db, files)
    assert await dump(db) == before
    return str(caught.value)


# What is kept


async def test_sample_is_counted_and_then_known(db: Database) -> None:
    assert await sampled(db) == Imported(
        orders=3,
        lines=5,
        credit_lines=3,
        shoppers=3,
        merchants=3,
        known_orders=0,
        known_credit_lines=0,
    )
    assert await sampled(db) == Imported(0, 0, 0, 0, 0, known_orders=3, known_credit_lines=3)


async def test_same_files_again_change_nothing(db: Database) -> None:
    await sampled(db)
    before = await dump(db)
    await sampled(db)
    assert await dump(db) == before
    assert len(before["credit_notes"]) == 3


async def test_same_files_rate_nobody_again_under_another_scorecard(db: Database) -> None:
    await sampled(db)
    before = await dump(db)
    scorecard = GIFTS[-1].scorecard.model_copy(update={"thresholds": (1, 2, 3, 4), "factors": ()})
    harsher = GIFTS[-1].model_copy(update={"scorecard": scorecard})
    await sampled(db, rules=replace(RULES, own=[harsher]))
    after = await dump(db)
    assert after["star_changes"] == before["star_changes"]
    assert len(after["policies"]) == len(before["policies"]) + 1


async def test_order_discount_is_shared_out_to_the_cent(db: Database) -> None:
    await sampled(db)
    async with db.read() as connection:
        statement = select(order_lines.c.paid_minor).where(order_lines.c.order_id == "ord_A-1001")
        paid = list(await connection.scalars(statement.order_by(order_lines.c.line_no)))
    assert paid == [29149, 9651, 0]
    assert sum(paid) == 29900 + 9900 - 1000


async def test_shopper_has_the_nickname_and_address_of_the_order(db: Database) -> None:
    await sampled(db)
    async with db.read() as connection:
        shoppers = await shoppers_by_id(connection, ["sho_88", "sho_89", "sho_90"])
        homes = await addresses_by_owner(connection, ["sho_88", "sho_89"])
    assert [shopper.nickname for shopper in shoppers.values()] == ["阿岚", "89", "90"]
    assert [(home.recipient, home.street) for home in homes["sho_88"]] == [("陈岚", "政立路477号")]
    assert homes["sho_89"] == []


async def test_merchant_is_what_it_filed_and_else_what_orders_call_it(
    db: Database, tmp_path: Path
) -> None:
    await sampled(db, Files(SAMPLE.orders))
    assert await merchant(db, "linen-house") == ("Linen House", False, None)
    assert await merchant(db, "corner-shop") == ("corner-shop", False, None)
    named = a_file(tmp_path, "named.jsonl", an_order(merchant_name="Corner"))
    await sampled(db, replace(SAMPLE, orders=named))
    assert await merchant(db, "linen-house") == ("素麻女装", True, "新丰路199号")
    assert await merchant(db, "corner-shop") == ("corner-shop", False, None)


async def merchant(db: Database, number: str) -> tuple[str, bool, str | None]:
    """Name, whether it covers pickup, the street that returns go to."""
    key = ids.known_as(ids.MERCHANT, number)
    async with db.read() as connection:
        found: Merchant = (await merchants_by_id(connection, [key]))[key]
        there = await addresses_by_id(connection, [found.return_address_id or ""])
    street = there[found.return_address_id].street if found.return_address_id else None
    return found.name, found.covers_pickup, street


async def test_order_and_line_say_what_the_file_said(db: Database) -> None:
    await sampled(db)
    async with db.read() as connection:
        orders = await orders_by_id(connection, ["ord_A-1001", "ord_A-1002", "ord_A-1003"])
        line = (await lines_by_id(connection, [line_id("ord_A-1001", 3)]))["oli_A-1001-3"]
    assert [order.status for order in orders.values()] == [
        OrderStatus.RECEIVED,
        OrderStatus.SHIPPED,
        OrderStatus.PAID,
    ]
    assert orders["ord_A-1001"].received_at == datetime(2026, 3, 3, 3, 5, tzinfo=UTC)
    assert (line.no_return_confirmed, line.freight_insured, line.title) == (True, False, "赠品香包")


async def test_order_goes_by_the_policy_in_force_when_it_was_paid(
    db: Database, tmp_path: Path
) -> None:
    early = {"paid_at": "2011-03-01T00:00:00Z", "shipped_at": None, "delivered_at": None}
    old = a_file(tmp_path, "old.jsonl", an_order(order_no="OLD", **early))
    await sampled(db, Files(old), replace(RULES, own=GIFTS))
    await sampled(db, replace(SAMPLE, returns=None), replace(RULES, own=GIFTS))
    async with db.read() as connection:
        orders = await orders_by_id(connection, ["ord_OLD", "ord_A-1001"])
    assert orders["ord_OLD"].policy_version == "gifts-2010"
    assert orders["ord_A-1001"].policy_version == "2016-pilot"


async def test_known_order_keeps_its_policy_when_an_older_version_comes_later(
    db: Database, tmp_path: Path
) -> None:
    early = {"paid_at": "2011-03-01T00:00:00Z", "shipped_at": None, "delivered_at": None}
    old = Files(a_file(tmp_path, "old.jsonl", an_order(**early)))
    await sampled(db, old)
    again = await sampled(db, old, replace(RULES, own=GIFTS))
    async with db.read() as connection:
        stored = await orders_by_id(connection, ["ord_B-1"])
    assert (again.orders, again.known_orders) == (0, 1)
    assert stored["ord_B-1"].policy_version == "2016-pilot"


async def test_policy_that_is_published_with_other_numbers_keeps_the_file_out(
    db: Database,
) -> None:
    await db.write(lambda tx: publish(tx, list(RULES.packaged)))
    before = await dump(db)
    changed = RULES.packaged[0].model_copy(update={"version": "2016-pilot", "categories": {}})
    with pytest.raises(PolicyError, match="2016-pilot is published already"):
        await sampled(db, rules=Rules(packaged=[changed]))
    assert await dump(db) == before


async def test_stars_come_from_buying_and_returning(db: Database) -> None:
    await sampled(db)
    async with db.read() as connection:
        rows = (await connection.execute(select(star_changes))).mappings().all()
    points = {
        row["shopper_id"]: {part["code"]: part["points"] for part in row["factors"]} for row in rows
    }
    assert points["sho_88"] == {
        "ORDERS": 4,
        "MONTHS": 0,
        "UNITS_BOUGHT": 0,
        "HONEST_RETURNS": 50,
    }
    assert points["sho_90"]["HONEST_RETURNS"] == 0


async def test_new_returns_rate_the_shopper_again(db: Database, tmp_path: Path) -> None:
    await sampled(db)
    unmatched = a_return(order_no=None, line_no=None)
    returns = a_file(tmp_path, "returns.jsonl", unmatched)
    await sampled(db, Files(SAMPLE.orders, returns))
    async with db.read() as connection:
        statement = select(star_changes.c.factors).where(star_changes.c.shopper_id == "sho_88")
        latest = (await connection.scalars(statement.order_by(star_changes.c.seq))).all()[-1]
    assert {part["code"]: part["value"] for part in latest}["HONEST_RETURNS"] == 66


async def test_byte_order_mark_empty_lines_and_windows_line_ends_are_no_harm(
    db: Database, tmp_path: Path
) -> None:
    path = tmp_path / "orders.jsonl"
    first, second = json.dumps(an_order()), json.dumps(an_order(order_no="B-2"))
    path.write_bytes(f"\ufeff{first}\r\n\r\n{second}".encode())
    assert (await sampled(db, Files(path))).orders == 2


async def test_many_shoppers_fit_in(db: Database, tmp_path: Path) -> None:
    """More keys than go into one statement's list."""
    orders = [an_order(order_no=f"M-{each}", shopper_no=f"{each}") for each in range(1201)]
    files = Files(a_file(tmp_path, "orders.jsonl", *orders))
    assert (await sampled(db, files)).shoppers == 1201
    assert (await sampled(db, files)).known_orders == 1201


async def test_progress_announces_what_it_then_does(db: Database) -> None:
    watched = Watched()
    await import_files(db, SAMPLE, RULES, watched)
    assert watched.stages == [
        "Reading orders.jsonl",
        "Reading returns.jsonl",
        "Reading merchants.jsonl",
        "Writing",
    ]
    assert all(done == total > 0 for done, total in watched.steps)
    assert watched.steps[0][1] == SAMPLE.orders.stat().st_size


# What is refused

NUMBER = "1 to 64 letters, digits, dots, underscores or hyphens"
MINOR = "minor units, a whole number from 0 to 2,147,483,647"
MOMENT = "a moment with its zone, such as 2011-03-01T09:30:00+08:00, from 2000 to 2099"
QUANTITY = "a whole number from 1 to 1,000,000"
LINE_NO = "a whole number from 1 to 999,999,999"


def text(most: int) -> str:
    return f"1 to {most} characters, not only spaces, no control characters"


def a_line_with(**changes: object) -> dict[str, Any]:
    return {"lines": [a_line(), a_line(line_no=2) | changes]}


@pytest.mark.parametrize(
    ("changes", "path", "expected"),
    [
        ({"order_no": 7}, "order_no", NUMBER),
        ({"order_no": ""}, "order_no", NUMBER),
        ({"order_no": "B 1"}, "order_no", NUMBER),
        ({"order_no": "B-1\n"}, "order_no", NUMBER),
        ({"order_no": "9" * 65}, "order_no", NUMBER),
        ({"shopper_no": None}, "shopper_no", NUMBER),
        ({"merchant_no": "小店"}, "merchant_no", NUMBER),
        ({"currency": "cny"}, "currency", "an ISO 4217 code, such as CNY"),
        ({"currency": "RMB"}, "currency", "an ISO 4217 code, such as CNY"),
        ({"paid_at": "2026-03-10T09:00:00"}, "paid_at", MOMENT),
        ({"paid_at": "2026-03-10"}, "paid_at", MOMENT),
        ({"paid_at": "1300000000"}, "paid_at", MOMENT),
        ({"paid_at": 1300000000}, "paid_at", MOMENT),
        ({"paid_at": "0001-01-01T00:00:00+14:00"}, "paid_at", MOMENT),
        ({"paid_at": "2100-01-01T00:00:00Z"}, "paid_at", MOMENT),
        ({"shipped_at": "soon"}, "shipped_at", f"{MOMENT}; null if not shipped"),
        ({"delivered_at": ""}, "delivered_at", f"{MOMENT}; null if not received"),
        ({"shipped_at": "2026-03-09T00:00:00Z"}, "shipped_at", "a moment not before paid_at"),
        ({"shipped_at": None}, "shipped_at", "a moment, as there is a delivered_at"),
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
        ({"ship_to": AN_ADDRESS | {"phone": 138}}, "ship_to.phone", text(32)),
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
        (a_line_with(unit_price_minor=2**31), "lines[1].unit_price_minor", MINOR),
        (a_line_with(paid_minor=-1), "lines[1].paid_minor", MINOR),
        (
            a_line_with(paid_minor=1001),
            "lines[1].paid_minor",
            "at most 1000, quantity times unit_price_minor",
        ),
        (
            a_line_with(unit_price_minor=2**31 - 1, paid_minor=2**31 - 1),
            "lines",
            "paid_minor of all lines to add up to at most 2,147,483,647",
        ),
        (a_line_with(freight_insured="yes"), "lines[1].freight_insured", "true or false"),
        (a_line_with(no_return_confirmed=1), "lines[1].no_return_confirmed", "true or false"),
    ],
)
async def test_bad_order_is_told_by_line_field_and_what_would_be_right(
    db: Database, tmp_path: Path, changes: dict[str, Any], path: str, expected: str
) -> None:
    good, bad = an_order(order_no="GOOD"), an_order(**changes)
    files = Files(a_file(tmp_path, "new.jsonl", good, bad))
    assert await refusal(db, files) == f"new.jsonl, line 2, {path}: expected {expected}"


@pytest.mark.parametrize("name", sorted(an_order()))
async def test_missing_field_is_told(db: Database, tmp_path: Path, name: str) -> None:
    order = {key: value for key, value in an_order().items() if key != name}
    told = await refusal(db, Files(a_file(tmp_path, "new.jsonl", order)))
    assert told.startswith(f"new.jsonl, line 1, {name}: expected ")
    assert told != f"new.jsonl, line 1, {name}: expected None"


@pytest.mark.parametrize("line", ["x", "[]", "null", "{", '{"order_no": "\\ud800"}', "[" * 5000])
async def test_what_is_no_json_object_is_told(db: Database, tmp_path: Path, line: str) -> None:
    files = Files(a_file(tmp_path, "new.jsonl", "", line))
    assert await refusal(db, files) == (
        "new.jsonl, line 2, the whole line: expected one JSON object, in UTF-8"
    )


async def test_bytes_that_are_no_utf8_are_told(db: Database, tmp_path: Path) -> None:
    path = tmp_path / "new.jsonl"
    path.write_bytes(b'{"order_no": "\xff"}\n')
    assert "line 1, the whole line: expected one JSON object, in UTF-8" in (
        await refusal(db, Files(path))
    )


async def test_order_number_twice_in_the_file_is_told(db: Database, tmp_path: Path) -> None:
    files = Files(a_file(tmp_path, "new.jsonl", an_order(), an_order()))
    assert await refusal(db, files) == (
        "new.jsonl, line 2, order_no: expected each once; B-1 is on line 1 already"
    )


def changed_line(order: dict[str, Any]) -> None:
    order["lines"][1]["title"] = "丝质方巾"


def other_discount(order: dict[str, Any]) -> None:
    order["discount_minor"] = 999


def later_payment(order: dict[str, Any]) -> None:
    order["paid_at"] = "2026-03-01T09:30:01+08:00"


def fewer_lines(order: dict[str, Any]) -> None:
    del order["lines"][2]


@pytest.mark.parametrize("change", [changed_line, other_discount, later_payment, fewer_lines])
async def test_known_order_with_another_content_is_told(
    db: Database, tmp_path: Path, change: Change
) -> None:
    order = json.loads(SAMPLE.orders.read_text("utf-8").splitlines()[0])
    change(order)
    files = Files(a_file(tmp_path, "new.jsonl", an_order(), order))
    assert await refusal(db, files) == (
        "new.jsonl, line 2, order_no: expected a new one; "
        "order A-1001 is known with another content"
    )


@pytest.mark.parametrize(
    ("changes", "path", "expected"),
    [
        ({"credit_note": ""}, "credit_note", NUMBER),
        ({"shopper_no": 88}, "shopper_no", NUMBER),
        ({"sku": None}, "sku", text(64)),
        ({"quantity": 0}, "quantity", QUANTITY),
        ({"refunded_minor": -1}, "refunded_minor", MINOR),
        ({"currency": "XYZ"}, "currency", "an ISO 4217 code, such as CNY"),
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
            {"credit_note": "C-2", "sku": "MUG", "order_no": None, "line_no": None},
            "credit_note",
            "a new one; C-2, sku MUG is known with another content",
        ),
    ],
)
async def test_bad_return_is_told_by_line_field_and_what_would_be_right(
    db: Database, tmp_path: Path, changes: dict[str, Any], path: str, expected: str
) -> None:
    good = a_return(credit_note="GOOD", order_no=None, line_no=None)
    returns = a_file(tmp_path, "back.jsonl", good, a_return(**changes))
    orders = a_file(tmp_path, "new.jsonl", an_order())
    told = await refusal(db, Files(orders, returns))
    assert told == f"back.jsonl, line 2, {path}: expected {expected}"


async def test_returns_of_one_file_together_must_not_exceed_what_was_bought(
    db: Database, tmp_path: Path
) -> None:
    back = {"shopper_no": "91", "sku": "HAT", "order_no": "B-1", "line_no": 1, "quantity": 1}
    later = {"returned_at": "2026-03-20T00:00:00Z"}
    lines = [a_return(credit_note=f"N-{each}", **back, **later) for each in range(3)]
    files = Files(a_file(tmp_path, "new.jsonl", an_order()), a_file(tmp_path, "back.jsonl", *lines))
    assert await refusal(db, files) == (
        "back.jsonl, line 3, quantity: expected at most 0, which is what is left of the 2 bought"
    )


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
            text(200),
        ),
        ({"merchant_no": "first"}, "merchant_no", "each once; first is on line 1 already"),
    ],
)
async def test_bad_merchant_is_told_by_line_field_and_what_would_be_right(
    db: Database, tmp_path: Path, changes: dict[str, Any], path: str, expected: str
) -> None:
    first = a_merchant(merchant_no="first")
    merchants = a_file(tmp_path, "shops.jsonl", first, a_merchant(**changes))
    orders = a_file(tmp_path, "new.jsonl", an_order())
    told = await refusal(db, Files(orders, merchants=merchants))
    assert told == f"shops.jsonl, line 2, {path}: expected {expected}"


async def test_all_that_is_wrong_is_told_together_up_to_twenty(
    db: Database, tmp_path: Path
) -> None:
    orders = a_file(tmp_path, "new.jsonl", *(an_order(order_no="") for _ in range(22)))
    returns = a_file(tmp_path, "back.jsonl", a_return(quantity=0))
    told = (await refusal(db, Files(orders, returns))).splitlines()
    assert told[19] == f"new.jsonl, line 20, order_no: expected {NUMBER}"
    assert told[20:] == ["and 3 more"]


async def test_file_that_is_not_there_is_told(db: Database, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"^gone\.jsonl: No such file"):
        await sampled(db, Files(tmp_path / "gone.jsonl"))


# The real files, where they are


@pytest.mark.skipif("BFF_TEST_DATA" not in os.environ, reason="BFF_TEST_DATA names no folder")
@pytest.mark.parametrize("own", [[], GIFTS], ids=["packaged policy", "gifts policy"])
async def test_real_orders_and_returns_are_kept_once(db: Database, own: list[Any]) -> None:
    folder = Path(os.environ["BFF_TEST_DATA"])
    files = Files(folder / "orders.jsonl", folder / "returns.jsonl")
    rules = replace(RULES, own=own)
    imported = await sampled(db, files, rules)
    before = await dump(db)
    again = await sampled(db, files, rules)
    assert await dump(db) == before
    assert (imported.orders, imported.lines, imported.credit_lines) == (457, 9040, 453)
    assert len({row[2] for row in before["orders"]}) == 94
    assert imported.shoppers == 95  # one returned without having bought
    assert (again.known_orders, again.known_credit_lines) == (457, 453)
    levels = [row[2] for row in before["star_changes"]]
    assert all(levels.count(level) >= 8 for level in range(1, 6))
