"""What webhooks and nightly files report of orders, in both sequences: the same database (P3)."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bff.db.tables import metadata
from bff.importer.load import ImportCounts
from tests.support.database import dump
from tests.support.import_files import a_file
from tests.support.order_files import import_orders
from tests.support.shop import Shop, made_up_shop, real_shop
from tests.support.webhook_sender import MEMORY, Sender, open_sender
from tests.support.world import FakeClock, World, open_world, serving

AFTER_ALL = datetime(2026, 11, 27, 2, tzinfo=UTC)
# Numbered as they come, which says nothing
NUMBERED = {"outbox", "behaviours"}
SHOPS = [
    pytest.param(made_up_shop, id="made up"),
    pytest.param(
        real_shop,
        id="real",
        marks=pytest.mark.skipif(
            not os.environ.get("BFF_TEST_DATA"), reason="BFF_TEST_DATA names no folder"
        ),
    ),
]
both_shops = pytest.mark.parametrize("make_shop", SHOPS)
Road = Callable[["Night"], Awaitable[Any]]


class Night:
    """A program, a shop that sends it webhooks, and the shop's nightly files."""

    def __init__(self, world: World, sender: Sender, shop: Shop, folder: Path) -> None:
        self.world, self.sender, self.shop, self.folder = world, sender, shop, folder

    async def file(self, shop: Shop, *, as_paid: bool = False) -> ImportCounts:
        orders = a_file(self.folder, "orders.jsonl", *(shop.as_paid() if as_paid else shop.orders))
        returns = a_file(self.folder, "returns.jsonl", *shop.returns)
        counts = await import_orders(self.world, orders, returns)
        await self.world.work()
        return counts

    async def paid(self) -> None:
        """In the order of payment."""
        for order in self.shop.by_payment():
            await self._post("order.paid", order | {"shipped_at": None, "delivered_at": None})

    async def moved(self) -> None:
        """The receipts first: a courier is quicker than the shop."""
        for kind, moment in (("order.received", "delivered_at"), ("order.shipped", "shipped_at")):
            for order in self.shop.orders:
                if order[moment]:
                    about = {"orderNumber": order["order_no"], "at": order[moment]}
                    await self._post(kind, about)

    async def _post(self, kind: str, data: dict[str, Any]) -> None:
        answer = await self.sender.post("orders", kind, data)
        assert answer.status_code in (200, 202), (kind, data, answer.text)


@asynccontextmanager
async def night(folder: Path, shop: Shop) -> AsyncIterator[Night]:
    await asyncio.to_thread(folder.mkdir)
    services = await open_world(folder, clock=FakeClock(AFTER_ALL))
    async with serving(services) as base:
        world = World(services, services.db.clock, base)  # type: ignore[arg-type]
        async with open_sender(world) as sender:
            yield Night(world, sender, shop, folder)
    await services.db.close()


async def known_after(folder: Path, shop: Shop, *roads: Road) -> dict[str, list[Any]]:
    """All that is in the database, but for what the inbox remembers."""
    async with night(folder, shop) as one:
        for road in roads:
            await road(one)
        tables = await dump(one.world.db)
    return {name: _plain(name, rows) for name, rows in tables.items() if name not in MEMORY}


def _plain(name: str, rows: list[tuple[object, ...]]) -> list[Any]:
    if name not in NUMBERED:
        return rows
    assert metadata.tables[name].columns.keys()[0] == "id"
    return sorted((row[1:] for row in rows), key=lambda row: str(row[0]))


def check_same(one: dict[str, list[Any]], other: dict[str, list[Any]]) -> None:
    different = [name for name in one if one[name] != other[name]]
    assert different == []
    assert one["orders"]
    assert one["star_changes"]


@both_shops
async def test_shipped_and_received_by_webhooks_before_or_after_the_file(
    db_folder: Path, make_shop: Callable[[], Shop]
) -> None:
    shop = make_shop()

    async def file(one: Night) -> None:
        await one.file(shop, as_paid=True)

    file_first = await known_after(db_folder / "file", shop, file, Night.moved, file)
    webhooks_first = await known_after(db_folder / "webhooks", shop, Night.moved, file)
    check_same(file_first, webhooks_first)


@both_shops
async def test_paid_by_webhooks_before_or_after_the_whole_file(
    db_folder: Path, make_shop: Callable[[], Shop]
) -> None:
    shop = make_shop()

    async def file(one: Night) -> None:
        await one.file(shop)

    file_first = await known_after(db_folder / "file", shop, file, Night.paid, Night.moved)
    webhooks_first = await known_after(db_folder / "webhooks", shop, Night.paid, file)
    halves = await known_after(db_folder / "halves", shop, Night.paid, Night.moved, file)
    check_same(file_first, webhooks_first)
    check_same(file_first, halves)


@pytest.mark.parametrize("seed", range(4))
async def test_the_sequence_of_lines_in_files_changes_nothing(db_folder: Path, seed: int) -> None:
    """Cents included, and what is refused."""
    shop, known, refused = made_up_shop(seed), [], []
    for number, one in enumerate([shop, shop.shuffled(seed), shop.shuffled(seed + 100)]):
        async with night(db_folder / f"{number}", one) as world:
            counts = await world.file(one)
            tables = await dump(world.world.db)
        known.append({name: _plain(name, rows) for name, rows in tables.items()})
        lines = [one.returns[error.line - 1] for error in counts.refused]
        refused.append(sorted((line["credit_note"], line["quantity"]) for line in lines))
    for other in known[1:]:
        check_same(known[0], other)
    assert refused[0] == refused[1] == refused[2] != []
