"""The demonstration: five shoppers with something to return, whenever it is started."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bff.core.clock import local_date
from bff.db.database import Database
from bff.db.tables import merchants, orders
from bff.demo.catalogue import ELECTRONICS
from bff.demo.load import DemoShopper, load_demo
from bff.domain.orders.model import Order, OrderLine, OrderStatus
from bff.domain.orders.store import addresses_by_owner, lines_by_order, orders_with_merchants
from bff.domain.policy.file import read_policies
from bff.domain.policy.model import EXPRESS_RETURN, Policy, in_force
from bff.domain.policy.store import all_policies, publish
from tests.support.database import dump, new_database
from tests.support.import_files import ROOT

PACKAGED = read_policies(ROOT / "bff" / "policy.toml")
STARTS_AT = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


@dataclass
class SetClock:
    at: datetime = STARTS_AT

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
async def db(db_folder: Path, clock: SetClock) -> AsyncIterator[Database]:
    async with new_database(db_folder, clock) as database:
        yield database


async def newest(db: Database, shopper: DemoShopper) -> list[tuple[Order, OrderLine]]:
    """The lines of a shopper's newest 20 orders."""
    async with db.read() as connection:
        page = (await orders_with_merchants(connection, shopper.id, 20, None)).result
        lines = await lines_by_order(connection, shopper.id, [order.id for order in page.items])
    return [(order, line) for order in page.items for line in lines[order.id]]


async def express_lines(db: Database, shopper: DemoShopper) -> list[OrderLine]:
    """What the pilot's rules let this shopper return with one tap."""
    async with db.read() as connection:
        versions = await all_policies(connection)
        rows = await connection.execute(select(merchants.c.id, merchants.c.number))
        numbers = {row.id: row.number for row in rows}
    policy = in_force(versions, db.clock.now())
    return [
        line
        for order, line in await newest(db, shopper)
        if returnable(order, line, policy, db.clock.now())
        and numbers[order.merchant_id] in policy.pilot.merchants
        and line.category in policy.pilot.categories
    ]


def returnable(order: Order, line: OrderLine, policy: Policy, now: datetime) -> bool:
    if order.received_at is None or line.no_return_confirmed:
        return False
    days = (local_date(now) - local_date(order.received_at)).days
    return days <= policy.returning.window_days and line.category not in policy.returning.never


async def test_five_shoppers_have_one_to_five_stars(db: Database) -> None:
    shoppers = await load_demo(db)
    assert [shopper.level for shopper in shoppers] == [1, 2, 3, 4, 5]
    assert len({shopper.nickname for shopper in shoppers}) == 5
    async with db.read() as connection:
        homes = await addresses_by_owner(connection, [shopper.id for shopper in shoppers])
    assert all(homes.values())


async def test_starting_again_changes_nothing(db: Database, clock: SetClock) -> None:
    shoppers = await load_demo(db)
    before = await dump(db)
    clock.at += timedelta(days=1, hours=12)
    assert await load_demo(db) == shoppers
    assert await dump(db) == before


async def test_everybody_has_six_lines_for_one_tap(db: Database) -> None:
    """Whether the tap is answered at once is then only a matter of stars: three or more."""
    for shopper in await load_demo(db):
        assert len(await express_lines(db, shopper)) >= 6
    assert [PACKAGED[-1].grants(EXPRESS_RETURN, level) for level in range(1, 6)] == [
        False,
        False,
        True,
        True,
        True,
    ]


async def test_newest_orders_show_every_case(db: Database) -> None:
    never = PACKAGED[-1].returning.never
    for shopper in await load_demo(db):
        found = await newest(db, shopper)
        assert {order.status for order, _ in found} == set(OrderStatus) - {OrderStatus.CLOSED}
        assert any(age(order) and 10 <= age(order) <= 14 for order, _ in found)
        assert {line.category for _, line in found} & never == {"fresh", "digital", "made-to-order"}
        assert any(line.category == ELECTRONICS.category for _, line in found)
        assert any(line.quantity == 3 for _, line in found)
        assert any(line.freight_insured for _, line in found)
        assert any(line.no_return_confirmed for _, line in found)


def age(order: Order) -> int:
    """Whole days since receipt, by Shanghai's calendar; 0 for what is not received."""
    received_at = order.received_at
    return (local_date(STARTS_AT) - local_date(received_at)).days if received_at else 0


async def test_order_discount_is_taken_off_the_lines(db: Database) -> None:
    for shopper in await load_demo(db):
        less = [
            line.quantity * line.unit_price_minor - line.paid_minor
            for _, line in await newest(db, shopper)
        ]
        assert sum(less) == 5_000
        assert sum(part > 0 for part in less) == 2


async def test_pilot_merchants_have_return_addresses_and_one_covers_pickup(db: Database) -> None:
    await load_demo(db)
    async with db.read() as connection:
        rows = (await connection.execute(select(merchants))).mappings()
    assert {row["number"] for row in rows} > PACKAGED[-1].pilot.merchants
    assert all(row["return_address_id"] for row in rows)
    assert [row["number"] for row in rows if row["covers_pickup"]] == ["step-by-step"]


@pytest.mark.parametrize("days", [3.5, 8, 30, 400])
async def test_started_later_there_is_something_to_return_again(
    db: Database, clock: SetClock, days: float
) -> None:
    await load_demo(db)
    clock.at += timedelta(days=days)
    for shopper in await load_demo(db):
        fresh = [line for line in await express_lines(db, shopper) if dated(line, clock.at)]
        assert len(fresh) >= 6


def dated(line: OrderLine, moment: datetime) -> bool:
    return f"_D{local_date(moment):%Y%m%d}-" in line.order_id


async def test_levels_stay_however_often_it_is_started(db: Database, clock: SetClock) -> None:
    for _ in range(12):
        shoppers = await load_demo(db)
        assert [shopper.level for shopper in shoppers] == [1, 2, 3, 4, 5]
        clock.at += timedelta(days=8)


@pytest.mark.parametrize("hour", range(0, 24, 3))
async def test_nothing_has_happened_before_its_time(
    db: Database, clock: SetClock, hour: int
) -> None:
    clock.at = STARTS_AT.replace(hour=hour, minute=0)
    await load_demo(db)
    async with db.read() as connection:
        rows = (await connection.execute(select(orders))).mappings()
    moments = [row[name] for row in rows for name in ("paid_at", "shipped_at", "received_at")]
    assert max(moment for moment in moments if moment) < clock.at


async def test_published_policy_is_left_alone(db: Database) -> None:
    own = PACKAGED[0].model_copy(update={"version": "own"})
    await db.write(lambda tx: publish(tx, [own]))
    await load_demo(db)
    async with db.read() as connection:
        assert [policy.version for policy in await all_policies(connection)] == ["own"]


async def test_it_takes_less_than_two_seconds_of_the_processor(db: Database) -> None:
    started = time.process_time()
    await load_demo(db)
    assert time.process_time() - started < 2
