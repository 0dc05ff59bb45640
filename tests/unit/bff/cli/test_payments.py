"""`bff duplicates` and `bff debts`: what staff see of payments made twice, and of what is owed."""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from bff.core.clock import SystemClock
from bff.domain.payments.model import PaymentKind
from bff.domain.returns.reports.payments import payment_failed, payment_succeeded
from bff.domain.returns.transitions import returns
from bff.services import open_services
from bff.settings import Settings
from tests.support.command_line import run_command
from tests.support.engines import database_settings
from tests.support.return_cases import payment_for, payments_of, shipped_case, write
from tests.support.world import FakeClock, World

NOW = SystemClock().now()


async def fill(database: Path, *, paid: bool) -> str:
    """An advance that failed; the merchant's payment under way; then the advance succeeds after
    all, and the merchant's where it is `paid` too. The return's id."""
    services = await open_services(Settings(**database_settings(database)))
    world = World(services, FakeClock(NOW))
    case = await shipped_case(world, received_at=NOW - timedelta(days=1))
    [advance] = await payments_of(services.db, case.refund.id)
    await write(world, payment_failed, advance.id, "declined", advance.requested_at)
    await write(world, returns.succeed, case.this_return)
    second = await payment_for(world, case.refund.id, PaymentKind.MERCHANT_REFUND)
    await write(world, payment_succeeded, advance.id, "P-1", second.requested_at)
    if paid:
        await write(world, payment_succeeded, second.id, "P-2", second.requested_at)
    await services.db.close()
    return case.this_return.id


@pytest.fixture
def bff(db_folder: Path) -> Callable[..., Result]:
    return partial(run_command, BFF_DATABASE=str(db_folder / "bff.sqlite3"))


def states(bff: Callable[..., Result]) -> list[str]:
    listed: list[dict[str, Any]] = json.loads(bff("duplicates", "--json").stdout)
    return [one["state"] for one in listed]


@pytest.mark.parametrize(("paid", "state"), [(False, "RECALLED"), (True, "OWED_BY_SHOPPER")])
def test_one_that_is_open_is_listed_and_is_the_exit_status(
    bff: Callable[..., Result], db_folder: Path, paid: bool, state: str
) -> None:
    return_id = asyncio.run(fill(db_folder / "bff.sqlite3", paid=paid))
    listing = bff("duplicates")
    assert listing.exit_code == 1
    for word in (return_id, "MERCHANT_REFUND", "199.00", state):
        assert word in listing.stdout
    assert states(bff) == [state]


def test_where_nothing_was_paid_twice_nothing_is_owed(
    bff: Callable[..., Result], db_folder: Path
) -> None:
    asyncio.run(empty(db_folder / "bff.sqlite3"))
    for command, sentence in (
        ("duplicates", "Nothing was paid twice.\n"),
        ("debts", "Nobody owes anything.\n"),
    ):
        listing = bff(command)
        assert (listing.exit_code, listing.stdout) == (0, sentence)


async def empty(database: Path) -> None:
    await (await open_services(Settings(**database_settings(database)))).db.close()


def test_what_is_owed_is_listed_with_its_day(bff: Callable[..., Result], db_folder: Path) -> None:
    return_id = asyncio.run(fill(db_folder / "bff.sqlite3", paid=True))
    [debt] = json.loads(bff("debts", "--json").stdout)
    assert (debt["return_id"], debt["repaying"]) == (return_id, False)
    assert debt["owed"] == {"minor": 19_900, "currency": "CNY"}
    assert debt["since"] < debt["repay_by"]
    listing = bff("debts")
    assert (listing.exit_code, return_id in listing.stdout) == (0, True)
