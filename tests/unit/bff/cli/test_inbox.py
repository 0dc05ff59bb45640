"""`bff inbox`: what waits, what is for staff to look at, dismissing it and trying it again."""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from typer.testing import Result

from bff.core.clock import SystemClock, rfc3339
from bff.db.tables import webhook_events
from bff.db.transaction import Tx
from bff.jobs import received_events
from bff.jobs.inbox import Code
from bff.jobs.received_events import IncomingEvent, Status
from bff.partners.inbound.payloads import OrderMoved
from bff.services import open_services
from bff.settings import Settings
from tests.support.command_line import run_command
from tests.support.engines import database_settings
from tests.support.factories import create_order, create_shopper

NOW = SystemClock().now()  # the command's clock may be some hours off, as a demonstration's
DAY = timedelta(days=1)
WAITING, OVERDUE, GIVEN_UP, CONTRADICTING, LONG_AGO, DONE, DISMISSED = range(1, 8)
VERDICTS: dict[int, tuple[Status, Code | None, timedelta]] = {
    WAITING: (Status.WAITING, Code.TOO_EARLY, timedelta()),
    OVERDUE: (Status.WAITING, Code.TOO_EARLY, 3 * DAY),
    GIVEN_UP: (Status.REFUSED, Code.NEVER_MADE_SENSE, 90 * DAY),
    CONTRADICTING: (Status.REFUSED, Code.IMPOSSIBLE, 10 * DAY),
    LONG_AGO: (Status.REFUSED, Code.IMPOSSIBLE, 16 * DAY),
    DONE: (Status.DONE, None, DAY),
    DISMISSED: (Status.REFUSED, Code.IMPOSSIBLE, DAY),
}


@pytest.fixture
def bff(db_folder: Path) -> Callable[..., Result]:
    """The command, on a database with a report of each kind."""
    database = db_folder / "bff.sqlite3"
    asyncio.run(fill(database))
    return partial(run_command, "inbox", BFF_DATABASE=str(database))


async def fill(database: Path) -> None:
    services = await open_services(Settings(**database_settings(database)))
    shopper = await create_shopper(services.db)
    [line] = await create_order(services.db, shopper, received_at=None, shipped=False)
    order = f"ord_{line[4:].rpartition('-')[0]}"

    async def write(tx: Tx) -> None:
        for number, (status, code, ago) in VERDICTS.items():
            await keep(tx, shopper, number, order, status, code, ago)

    await services.db.write(write)
    await services.db.close()


async def keep(
    tx: Tx,
    shopper: str,
    number: int,
    order: str,
    status: Status,
    code: Code | None,
    ago: timedelta,
) -> None:
    moment = NOW - timedelta(hours=30)
    text = json.dumps({"orderNumber": order[4:], "at": rfc3339(moment)})
    data = OrderMoved.model_validate_json(text)
    event = IncomingEvent("orders", f"evt_{number}", "order.shipped", "d", text, data, moment)
    verdict: dict[str, Any] = {"status": status, "code": code, "reason": code and f"why {number}"}
    kept = await received_events.add(tx, event, shopper, order, **verdict)
    values = {"received_at": NOW - ago, "dismissed_at": NOW if number == DISMISSED else None}
    await tx.execute(update(webhook_events).where(webhook_events.c.id == kept.id).values(values))


def listed(bff: Callable[..., Result], *options: str) -> list[tuple[int, str]]:
    reports: list[dict[str, Any]] = json.loads(bff("--json", *options).stdout)
    return [(one["id"], one["concern"]) for one in reports]


def test_what_waits_and_what_is_to_be_dismissed_is_shown_the_newest_first(
    bff: Callable[..., Result],
) -> None:
    assert listed(bff) == [
        (WAITING, "WAITS"),
        (OVERDUE, "OVERDUE"),
        (CONTRADICTING, "CONTRADICTS"),
        (GIVEN_UP, "GIVEN_UP"),
    ]
    assert (LONG_AGO, "CONTRADICTS") in listed(bff, "--days", "30")
    table = bff()
    assert table.exit_code == 1
    for word in ("order.shipped", "evt_2", "overdue", "why 3", "given up", "contradicts"):
        assert word in table.stdout


def test_programs_read_when_it_happened_and_when_it_came(bff: Callable[..., Result]) -> None:
    one, *_ = json.loads(bff("--json").stdout)
    moments = (rfc3339(NOW - timedelta(hours=30)), rfc3339(NOW))
    assert (one["happened_at"], one["received_at"]) == moments
    assert json.loads(one["data"])["orderNumber"]


def test_what_is_dismissed_needs_nobody_any_more(bff: Callable[..., Result]) -> None:
    done = bff("dismiss", str(OVERDUE), str(GIVEN_UP), str(CONTRADICTING))
    assert (done.exit_code, done.stdout) == (0, "3 dismissed\n")
    assert listed(bff) == [(WAITING, "WAITS")]
    assert bff().exit_code == 0


def test_all_that_are_named_are_dismissed_or_none(bff: Callable[..., Result]) -> None:
    before = listed(bff)
    for wrong in (WAITING, DONE, DISMISSED, 99):
        refused = bff("dismiss", str(GIVEN_UP), str(wrong))
        assert (refused.exit_code, refused.stderr) == (2, f"nothing to dismiss: {wrong}\n")
    assert listed(bff) == before


def test_a_report_that_was_refused_has_its_effect_when_it_is_tried_again(
    bff: Callable[..., Result],
) -> None:
    done = bff("retry", str(OVERDUE))
    assert (done.exit_code, done.stdout) == (0, f"{OVERDUE} is DONE: it has had its effect\n")
    assert OVERDUE not in dict(listed(bff))
    again = bff("retry", str(GIVEN_UP))
    assert again.stdout.startswith(f"{GIVEN_UP} is ")


@pytest.mark.parametrize("wrong", [DONE, 99])
def test_what_is_done_is_not_tried_again(bff: Callable[..., Result], wrong: int) -> None:
    refused = bff("retry", str(wrong))
    assert (refused.exit_code, refused.stderr) == (2, f"no report {wrong} waits or was refused\n")


def test_an_empty_inbox_is_a_sentence(db_folder: Path) -> None:
    database = db_folder / "empty.sqlite3"
    asyncio.run(_open(database))
    empty = run_command("inbox", BFF_DATABASE=str(database))
    assert empty.exit_code == 0
    assert empty.stdout == "Nothing waits, and nothing needs anybody.\n"


async def _open(database: Path) -> None:
    services = await open_services(Settings(**database_settings(database)))
    await services.db.close()
