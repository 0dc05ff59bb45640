"""`bff deliveries`: goods and money that one shopper has both of."""

import asyncio
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from typer.testing import Result

from bff.core.clock import SystemClock
from bff.domain.orders.store import update_order
from bff.services import open_services
from bff.settings import Settings
from tests.support.command_line import run_command
from tests.support.engines import database_settings
from tests.support.factories import create_order, create_shopper
from tests.support.rows import order_under

NOW = SystemClock().now()


async def fill(database: Path, *, delivered: bool) -> str:
    """An order that was refunded, and `delivered` all the same; its number."""
    db = (await open_services(Settings(**database_settings(database)))).db
    shopper = await create_shopper(db)
    [line] = await create_order(db, shopper, received_at=None, shipped=False)
    number = line.removeprefix("oli_").rpartition("-")[0]
    moments = {"refunded_at": NOW} | ({"shipped_at": NOW} if delivered else {})
    async with db.read() as connection:
        order = await order_under(connection, f"ord_{number}")
    await db.write(lambda tx: update_order(tx, order, **moments))
    await db.close()
    return number


@pytest.fixture
def bff(db_folder: Path) -> Callable[..., Result]:
    return partial(run_command, "deliveries", BFF_DATABASE=str(db_folder / "bff.sqlite3"))


def test_what_was_delivered_is_listed(bff: Callable[..., Result], db_folder: Path) -> None:
    number = asyncio.run(fill(db_folder / "bff.sqlite3", delivered=True))
    listing = bff()
    assert listing.exit_code == 0
    for word in (number, "linen-house", "on its way"):
        assert word in listing.stdout
    [one] = json.loads(bff("--json").stdout)
    assert (one["order_number"], one["received_at"]) == (number, None)


def test_what_was_not_sent_is_no_matter(bff: Callable[..., Result], db_folder: Path) -> None:
    asyncio.run(fill(db_folder / "bff.sqlite3", delivered=False))
    assert bff().stdout == "No refunded order was delivered.\n"
