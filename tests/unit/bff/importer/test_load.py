"""Real input: what is kept of it."""

import json
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bff.core import ids
from bff.db.database import Database
from bff.db.tables import order_lines, star_changes
from bff.domain.orders.model import Merchant, OrderStatus, line_id
from bff.domain.orders.store import (
    addresses_by_owner,
    merchants_by_id,
    shoppers_by_id,
)
from bff.domain.policy.file import read_policies
from bff.domain.policy.model import PolicyError
from bff.domain.policy.store import publish
from bff.domain.stars.store import stars_by_shopper
from bff.importer.errors import UnreadableFileError
from bff.importer.files import Files, import_files
from bff.importer.load import ImportCounts, PolicyVersions
from tests.support.database import dump, new_database
from tests.support.import_files import (
    ROOT,
    SAMPLE,
    VERSIONS,
    StoppedClock,
    a_file,
    a_return,
    an_order,
    sampled,
)
from tests.support.rows import address_under, line_under, order_under

GIFTS = read_policies(ROOT / "examples" / "gifts-policy.toml")


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
async def db(db_folder: Path) -> AsyncIterator[Database]:
    async with new_database(db_folder, StoppedClock()) as database:
        yield database


async def test_sample_is_counted_and_then_known(db: Database) -> None:
    assert await sampled(db) == ImportCounts(
        orders=3,
        lines=5,
        credit_lines=3,
        shoppers=3,
        merchants=3,
        known_orders=0,
        known_credit_lines=0,
    )
    assert await sampled(db) == ImportCounts(0, 0, 0, 0, 0, known_orders=3, known_credit_lines=3)


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
    await sampled(db, versions=replace(VERSIONS, own=[harsher]))
    after = await dump(db)
    assert after["star_changes"] == before["star_changes"]
    assert len(after["policies"]) == len(before["policies"]) + 1


async def test_order_discount_is_shared_out_to_the_cent(db: Database) -> None:
    await sampled(db)
    async with db.read() as connection:
        statement = select(order_lines.c.paid_minor).where(order_lines.c.order_id == "ord_A-1001")
        paid = (await connection.execute(statement.order_by(order_lines.c.line_no))).scalars()
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
    db: Database, db_folder: Path
) -> None:
    await sampled(db, Files(SAMPLE.orders))
    assert await merchant(db, "linen-house") == ("Linen House", False, None)
    assert await merchant(db, "corner-shop") == ("corner-shop", False, None)
    named = a_file(db_folder, "named.jsonl", an_order(merchant_name="Corner"))
    await sampled(db, replace(SAMPLE, orders=named))
    assert await merchant(db, "linen-house") == ("素麻女装", True, "新丰路199号")
    assert await merchant(db, "corner-shop") == ("corner-shop", False, None)


async def merchant(db: Database, number: str) -> tuple[str, bool, str | None]:
    """Name, whether it covers pickup, the street that returns go to."""
    key = ids.external_id(ids.MERCHANT, number)
    async with db.read() as connection:
        found: Merchant = (await merchants_by_id(connection, [key]))[key]
        there = found.return_address_id
        street = (await address_under(connection, there)).street if there else None
    return found.name, found.covers_pickup, street


async def test_order_and_line_say_what_the_file_said(db: Database) -> None:
    await sampled(db)
    async with db.read() as connection:
        keys = ("ord_A-1001", "ord_A-1002", "ord_A-1003")
        orders = {key: await order_under(connection, key) for key in keys}
        line = await line_under(connection, line_id("ord_A-1001", 3))
    assert [order.status for order in orders.values()] == [
        OrderStatus.RECEIVED,
        OrderStatus.SHIPPED,
        OrderStatus.PAID,
    ]
    assert orders["ord_A-1001"].received_at == datetime(2026, 3, 3, 3, 5, tzinfo=UTC)
    assert (line.no_return_confirmed, line.freight_insured, line.title) == (True, False, "赠品香包")


async def test_order_goes_by_the_policy_in_force_when_it_was_paid(
    db: Database, db_folder: Path
) -> None:
    early = {"paid_at": "2011-03-01T00:00:00Z", "shipped_at": None, "delivered_at": None}
    old = a_file(db_folder, "old.jsonl", an_order(order_no="OLD", **early))
    await sampled(db, Files(old), replace(VERSIONS, own=GIFTS))
    await sampled(db, replace(SAMPLE, returns=None), replace(VERSIONS, own=GIFTS))
    async with db.read() as connection:
        keys = ("ord_OLD", "ord_A-1001")
        orders = {key: await order_under(connection, key) for key in keys}
    assert orders["ord_OLD"].policy_version == "gifts-2010"
    assert orders["ord_A-1001"].policy_version == "2016-pilot"


async def test_known_order_keeps_its_policy_when_an_older_version_comes_later(
    db: Database, db_folder: Path
) -> None:
    early = {"paid_at": "2011-03-01T00:00:00Z", "shipped_at": None, "delivered_at": None}
    old = Files(a_file(db_folder, "old.jsonl", an_order(**early)))
    await sampled(db, old)
    again = await sampled(db, old, replace(VERSIONS, own=GIFTS))
    async with db.read() as connection:
        stored = await order_under(connection, "ord_B-1")
    assert (again.orders, again.known_orders) == (0, 1)
    assert stored.policy_version == "2016-pilot"


async def test_policy_that_is_published_with_other_numbers_keeps_the_file_out(
    db: Database,
) -> None:
    await db.write(lambda tx: publish(tx, list(VERSIONS.packaged)))
    before = await dump(db)
    changed = VERSIONS.packaged[0].model_copy(update={"version": "2016-pilot", "categories": {}})
    with pytest.raises(PolicyError, match="2016-pilot is published already"):
        await sampled(db, versions=PolicyVersions(packaged=[changed]))
    assert await dump(db) == before


async def test_stars_come_from_buying_and_returning(db: Database) -> None:
    await sampled(db)
    async with db.read() as connection:
        rows = (await connection.execute(select(star_changes))).mappings()
    points = {
        row["shopper_id"]: {part["code"]: part["points"] for part in row["factors"]} for row in rows
    }
    assert points["sho_88"] == {
        "ORDERS": 4,
        "MONTHS": 0,
        "UNITS_BOUGHT": 0,
        "HONEST_RETURNS": 50,
        "KEPT_PROMISES": 0,
    }
    assert points["sho_90"]["HONEST_RETURNS"] == 50


async def test_each_order_rates_its_shopper_in_the_order_of_payment(
    db: Database, db_folder: Path
) -> None:
    moments = [f"2026-03-{day:02}T09:00:00+08:00" for day in (1, 2, 3)]
    lines = [
        an_order(order_no=f"B-{day}", paid_at=at, shipped_at=None, delivered_at=None)
        for day, at in enumerate(moments)
    ]
    await sampled(db, Files(a_file(db_folder, "orders.jsonl", *lines[::-1])))
    async with db.read() as connection:
        history = (await stars_by_shopper(connection, ["sho_91"]))["sho_91"].history
    assert [change.at for change in history[::-1]] == [*map(datetime.fromisoformat, moments)]
    assert [one.factors[0].value for one in history] == [3, 2, 1]


async def test_a_new_credit_line_of_a_purchase_rates_the_shopper_again(
    db: Database, db_folder: Path
) -> None:
    bought = an_order(paid_at="2026-01-01T09:00:00+08:00")
    orders = a_file(db_folder, "orders.jsonl", bought)
    await sampled(db, Files(orders))
    back = a_return(shopper_no="91", sku="HAT", order_no="B-1")
    await sampled(db, Files(orders, a_file(db_folder, "returns.jsonl", back)))
    async with db.read() as connection:
        newest = (await stars_by_shopper(connection, ["sho_91"]))["sho_91"].history[0]
    assert {part.code: part.value for part in newest.factors}["MONTHS"] == 2


async def test_byte_order_mark_empty_lines_and_windows_line_ends_are_no_harm(
    db: Database, db_folder: Path
) -> None:
    path = db_folder / "orders.jsonl"
    first, second = json.dumps(an_order()), json.dumps(an_order(order_no="B-2"))
    path.write_bytes(f"\ufeff{first}\r\n\r\n{second}".encode())
    assert (await sampled(db, Files(path))).orders == 2


async def test_many_shoppers_fit_in(db: Database, db_folder: Path) -> None:
    """More keys than go into one statement's list."""
    orders = (an_order(order_no=f"M-{each}", shopper_no=f"{each}") for each in range(1201))
    files = Files(a_file(db_folder, "orders.jsonl", *orders))
    assert (await sampled(db, files)).shoppers == 1201
    assert (await sampled(db, files)).known_orders == 1201


async def test_progress_announces_what_it_then_does(db: Database) -> None:
    watched = Watched()
    await import_files(db, SAMPLE, VERSIONS, watched)
    assert watched.stages == [
        "Reading orders.jsonl",
        "Reading returns.jsonl",
        "Reading merchants.jsonl",
        "Writing",
    ]
    assert all(done == total > 0 for done, total in watched.steps)
    assert watched.steps[0][1] == SAMPLE.orders.stat().st_size


def test_example_policy_lets_the_gift_shop_in() -> None:
    (policy,) = GIFTS
    assert policy.pilot.categories == frozenset({"gifts"})
    assert policy.pilot.merchants == frozenset({"uk-gifts"})
    assert "postage" in policy.returning.never
    assert "GBP" in policy.pickup.fee_minor
    assert "GBP" not in policy.advance.limit_minor


async def test_a_file_that_is_not_there_is_named(db: Database, db_folder: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"^gone\.jsonl: No such file"):
        await sampled(db, Files(db_folder / "gone.jsonl"))


@pytest.mark.skipif("BFF_TEST_DATA" not in os.environ, reason="BFF_TEST_DATA names no folder")
@pytest.mark.parametrize("own", [[], GIFTS], ids=["packaged policy", "gifts policy"])
async def test_real_orders_and_returns_are_kept_once(db: Database, own: list[Any]) -> None:
    folder = Path(os.environ["BFF_TEST_DATA"])
    files = Files(folder / "orders.jsonl", folder / "returns.jsonl")
    versions = replace(VERSIONS, own=own)
    imported = await sampled(db, files, versions)
    before = await dump(db)
    again = await sampled(db, files, versions)
    assert await dump(db) == before
    assert (imported.orders, imported.lines, imported.credit_lines) == (457, 9040, 453)
    assert len({row[2] for row in before["orders"]}) == 94
    assert imported.shoppers == 95  # one returned without having bought
    assert (again.known_orders, again.known_credit_lines) == (457, 453)
    levels = [row[2] for row in before["star_changes"]]
    assert all(levels.count(level) >= 8 for level in range(1, 6))
