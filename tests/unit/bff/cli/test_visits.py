"""`bff visits` and `bff decide-visits`: what staff see, and what comes of what they say."""

import asyncio
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from typer.testing import Result

from bff.core.clock import SystemClock
from bff.domain.pickups.bookings import IfNotPossible, PickupRequest
from bff.domain.pickups.model import VisitFailure
from bff.domain.returns.commands.returns import TapRequest, one_tap
from bff.domain.returns.reports import visits
from bff.services import open_services
from bff.settings import Settings
from tests.support.command_line import run_command
from tests.support.engines import database_settings
from tests.support.factories import create_order, create_shopper

Run = Callable[..., Result]


async def fill(database: Path) -> str:
    """One return for which couriers came in vain twice."""
    services = await open_services(Settings(**database_settings(database)))
    db, shopper = services.db, await create_shopper(services.db, level=4)
    [line] = await create_order(db, shopper, received_at=SystemClock().now())
    slot = PickupRequest(if_not_possible=IfNotPossible.BOOK_NEXT)
    case = (await db.write(lambda tx: one_tap(tx, shopper, TapRequest(line, None, slot)))).case
    assert case.pickup
    for company in ("cainiao", "sf"):
        report = partial(
            visits.visit_failed,
            pickup_id=case.pickup.id,
            why=VisitFailure.COURIER_UNABLE,
            company=company,
            at=case.pickup.booked_at,
        )
        await db.write(report)
    await db.close()
    return case.this_return.id


@pytest.fixture
def database(db_folder: Path) -> Path:
    return db_folder / "bff.sqlite3"


@pytest.fixture
def run(database: Path) -> Run:
    return partial(run_command, BFF_DATABASE=str(database))


def test_visits_in_vain_are_listed_and_decided(run: Run, database: Path) -> None:
    return_id = asyncio.run(fill(database))
    [listed] = json.loads(run("visits", "--json").output)
    assert listed["return_id"] == return_id
    assert [one["courier_company"] for one in listed["visits"]] == ["cainiao", "sf"]
    assert return_id in run("visits").output
    decided = run("decide-visits", return_id, "--as", "close")
    assert (decided.exit_code, decided.output) == (0, f"{return_id} is decided: CLOSE\n")
    assert run("visits").output == "Nothing waits for a decision.\n"
    again = run("decide-visits", return_id, "--as", "close")
    assert (again.exit_code, "the return is CLOSED" in again.output) == (2, True)
