"""Reports by why staff look at them: listed and counted alike."""

from datetime import timedelta
from typing import Any

import pytest

from bff.db.tables import webhook_events
from bff.db.transaction import Tx
from bff.jobs import open_reports
from bff.jobs.inbox import MAX_WAIT, Code
from bff.jobs.open_reports import DAYS, Concern, NotOpenError
from bff.jobs.received_events import Status
from tests.support.world import START, World

SHORT = timedelta(seconds=1)
SHOWN = timedelta(days=DAYS)
REPORTS: dict[str, tuple[Status, Code | None, timedelta, Concern | None]] = {
    "young": (Status.WAITING, Code.TOO_EARLY, MAX_WAIT - SHORT, Concern.WAITS),
    "broken": (Status.WAITING, Code.FAULT, timedelta(), Concern.WAITS),
    "old": (Status.WAITING, Code.TOO_EARLY, MAX_WAIT, Concern.OVERDUE),
    "given up": (Status.REFUSED, Code.NEVER_MADE_SENSE, 9 * SHOWN, Concern.GIVEN_UP),
    "contradicts": (Status.REFUSED, Code.IMPOSSIBLE, SHOWN - SHORT, Concern.CONTRADICTS),
    "contradicted": (Status.REFUSED, Code.IMPOSSIBLE, SHOWN, None),
    "about nothing": (Status.REFUSED, Code.UNKNOWN_SUBJECT, timedelta(), None),
    "done": (Status.DONE, None, timedelta(), None),
}


@pytest.fixture
async def kept(world: World) -> dict[str, int]:
    """The ids of the reports, by their names."""

    async def write(tx: Tx) -> None:
        for number, (name, (status, code, ago, _)) in enumerate(REPORTS.items(), 1):
            row: dict[str, Any] = {"id": number, "partner": "orders", "event_id": name, "type": "t"}
            row |= {"subject_id": "ord_1", "digest": "d", "status": status, "code": code}
            row |= {"attempts": 0, "data": "{}", "happened_at": START, "received_at": START - ago}
            await tx.execute(webhook_events.insert(), row)

    await world.db.write(write)
    return {name: number for number, name in enumerate(REPORTS, 1)}


async def concerns(world: World) -> dict[str, Concern]:
    async with world.db.read() as connection:
        found = await open_reports.all_reports(connection, START, open_reports.DAYS)
    return {report.event_id: report.concern for report in found}


async def counted(world: World) -> dict[Concern, int]:
    async with world.db.read() as connection:
        return await open_reports.report_counts(connection, START)


@pytest.mark.usefixtures("kept")
async def test_the_oldest_that_waits_is_known(world: World) -> None:
    async with world.db.read() as connection:
        oldest = await open_reports.oldest_waiting(connection)
        reports = await open_reports.all_reports(connection, START, open_reports.DAYS)
    waiting = {Concern.WAITS, Concern.OVERDUE}
    assert oldest == min(one.received_at for one in reports if one.concern in waiting)


@pytest.mark.usefixtures("kept")
async def test_each_is_listed_and_counted_by_its_concern(world: World) -> None:
    expected = {name: concern for name, (*_, concern) in REPORTS.items() if concern}
    assert await concerns(world) == expected
    counts = await counted(world)
    assert counts == {one: [*expected.values()].count(one) for one in Concern}


async def test_what_is_dismissed_is_neither_listed_nor_counted(
    world: World, kept: dict[str, int]
) -> None:
    named = ("old", "given up", "contradicts", "contradicted")
    ids = [kept[name] for name in named]
    await world.db.write(lambda tx: open_reports.dismiss(tx, ids))
    assert set(await concerns(world)) == {"young", "broken"}
    assert sum((await counted(world)).values()) == 2


async def test_what_needs_nobody_is_not_dismissed(world: World, kept: dict[str, int]) -> None:
    ids = [kept["old"], kept["young"], kept["done"]]
    with pytest.raises(NotOpenError, match=f"^nothing to dismiss: {ids[1]}, {ids[2]}$"):
        await world.db.write(lambda tx: open_reports.dismiss(tx, ids))
    assert "old" in await concerns(world)
