"""`bff erase` and `bff erasures`: what a person is shown, and what is asked for."""

import asyncio
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from typer.testing import Result

from bff.core.clock import SystemClock
from bff.db.engines import open_database
from bff.domain.pickups.bookings import PickupRequest
from bff.domain.returns.commands.returns import TapRequest, cancel_return, one_tap
from bff.services import open_services
from bff.settings import Settings
from tests.support.command_line import run_command
from tests.support.database import Dump, dump
from tests.support.engines import database_address, database_settings
from tests.support.factories import create_order, create_shopper

Bff = Callable[..., Result]


@pytest.fixture
def path(db_folder: Path) -> Path:
    return db_folder / "bff.sqlite3"


@pytest.fixture
def bff(path: Path) -> Bff:
    return partial(run_command, BFF_DATABASE=str(path))


async def make(path: Path, *, done: bool) -> str:
    """A shopper with a return, which is cancelled where all is to be `done`."""
    services = await open_services(Settings(**database_settings(path)))
    db = services.db
    shopper = await create_shopper(db)
    [line] = await create_order(db, shopper, received_at=db.clock.now())
    request = TapRequest(line, None, PickupRequest())
    opened = await db.write(lambda tx: one_tap(tx, shopper, request))
    if done:
        await db.write(lambda tx: cancel_return(tx, shopper, opened.return_id))
        await db.write(lambda tx: tx.execute("DELETE FROM outbox"))
    await db.close()
    return shopper


async def rows(path: Path) -> Dump:
    db = open_database(database_address(path), SystemClock())
    found = await dump(db)
    await db.close()
    return found


def test_a_dry_run_says_what_goes_what_stays_and_why(path: Path, bff: Bff) -> None:
    shopper = asyncio.run(make(path, done=False))
    before = asyncio.run(rows(path))
    listing = bff("erase", shopper, "--dry-run")
    assert listing.exit_code == 0
    assert "nickname" in listing.stdout
    for word in ("addresses of parcels", "masked", "stays", "art. 31", "RETURN_OPEN"):
        assert word in listing.stdout
    assert asyncio.run(rows(path)) == before
    assert json.loads(bff("erasures", "--json").stdout) == []


def test_while_something_is_open_it_is_refused_with_what_is_open(path: Path, bff: Bff) -> None:
    shopper = asyncio.run(make(path, done=False))
    refused = bff("erase", shopper, "--yes")
    assert refused.exit_code == 1
    assert "RETURN_OPEN" in refused.stdout
    assert "--when-done" in refused.stderr
    assert json.loads(bff("erasures", "--json").stdout) == []


def test_it_can_be_left_to_a_timer(path: Path, bff: Bff) -> None:
    shopper = asyncio.run(make(path, done=False))
    left = bff("erase", shopper, "--yes", "--when-done", "--by", "li")
    assert left.exit_code == 0
    assert "once nothing is open" in left.stdout
    [erasure] = json.loads(bff("erasures", "--json").stdout)
    assert (erasure["requested_by"], erasure["erased_at"]) == ("li", None)
    assert "waits" in bff("erasures").stdout


def test_who_is_erased_is_on_record(path: Path, bff: Bff) -> None:
    shopper = asyncio.run(make(path, done=True))
    for _ in range(2):  # the second time there is nothing left to do
        done = bff("erase", shopper, "--yes", "--by", "li")
        assert (done.exit_code, done.stdout) == (0, f"{shopper} is erased.\n")
    [erasure] = json.loads(bff("erasures", "--json").stdout)
    assert (erasure["shopper_id"], erasure["requested_by"]) == (shopper, "li")
    assert erasure["ended_at"]


def test_a_program_has_to_say_yes(path: Path, bff: Bff) -> None:
    shopper = asyncio.run(make(path, done=True))
    refused = bff("erase", shopper)
    assert (refused.exit_code, "--yes" in refused.stderr) == (2, True)


@pytest.mark.parametrize("option", ["--yes", "--dry-run"])
def test_a_shopper_who_is_not_there_is_named(path: Path, bff: Bff, option: str) -> None:
    asyncio.run(make(path, done=True))
    refused = bff("erase", "sho_nobody", option)
    assert refused.exit_code == 2
    assert "Traceback" not in refused.stderr
