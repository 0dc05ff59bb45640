"""Two workers on one database, as two processes have them: what one has taken, the other leaves."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from bff.db import events
from bff.db.database import Database
from bff.db.engines import open_database
from bff.db.locks import lock
from bff.db.tables import shoppers
from bff.db.transaction import Tx
from bff.jobs import delivery
from bff.jobs.delivery import Delivery
from bff.jobs.outbox import OutboxMessage
from bff.jobs.worker import Worker
from tests.support.client import wait_until
from tests.support.workers import (
    outbox_messages,
    pending,
    post,
    schedule,
)
from tests.support.world import START, FakeClock, put_empty_database

LEASE = timedelta(seconds=9)


@dataclass
class Two:
    """Databases that are one."""

    one: Database
    other: Database
    clock: FakeClock


@pytest.fixture(params=["sqlite", "postgresql"])
async def two(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Two]:
    address: Path | str = tmp_path / "bff.sqlite3"
    if request.param == "postgresql":
        address = request.getfixturevalue("postgresql_database")
    else:
        await put_empty_database(tmp_path / "bff.sqlite3")
    clock = FakeClock()
    opened = Two(open_database(address, clock), open_database(address, clock), clock)
    yield opened
    for db in (opened.one, opened.other):
        await db.close()


@dataclass
class Partner:
    """Of all processes. `held`: about these it does not answer until it may."""

    held: frozenset[str] = frozenset()
    calls: list[str] = field(default_factory=list)
    now: set[str] = field(default_factory=set)
    may: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def routes(self) -> Mapping[str, frozenset[str]]:
        return {"partner": frozenset({"go"})}

    async def dispatch(self, outgoing: OutboxMessage) -> None:
        assert outgoing.subject_id not in self.now, "two at once"
        self.now.add(outgoing.subject_id)
        self.calls.append(outgoing.key)
        try:
            await asyncio.sleep(0)
            if outgoing.subject_id in self.held:
                await self.may.wait()
        finally:
            self.now.discard(outgoing.subject_id)


def worker(db: Database, partner: Partner | None = None, lease: timedelta = LEASE) -> Worker:
    carrier = Delivery(db, partner or Partner(), lease=lease)
    return Worker(db, carrier, {"mark": leave_mark})


async def until_nothing_is_due(one: Worker) -> None:
    while await one.step():
        pass


async def leave_mark(tx: Tx, subject_id: str) -> None:
    """A topic for each subject, as in life: writers of one topic come one after the other."""
    await events.append(tx, "sho_1", subject_id, "mark", {})


async def marks(db: Database, subjects: list[str]) -> list[str]:
    """The subjects, each as often as it was marked."""
    async with db.read() as connection:
        pages = [await events.read_after(connection, "sho_1", subject, 0) for subject in subjects]
    return [event.topic for page in pages for event in page]


async def test_each_timer_fires_once(two: Two) -> None:
    subjects = [f"s{number}" for number in range(60)]
    for subject in subjects:
        await schedule(two.one, subject, START)
    async with asyncio.TaskGroup() as group:
        for db in (two.one, two.other):
            group.create_task(until_nothing_is_due(worker(db)))
    assert await marks(two.one, subjects) == subjects
    assert await pending(two.one) == []


async def test_each_call_is_made_once_and_those_about_a_subject_in_order(two: Two) -> None:
    for number in range(60):
        await post(two.one, f"s{number % 20}", message="go")
    expected = [each.key for each in await outbox_messages(two.one)]
    partner = Partner()
    async with asyncio.TaskGroup() as group:
        for db in (two.one, two.other):
            group.create_task(until_nothing_is_due(worker(db, partner)))
    await until_nothing_is_due(worker(two.one, partner))
    assert sorted(partner.calls) == sorted(expected)
    for subject in {key.split("-")[1] for key in expected}:
        assert of(partner.calls, subject) == of(expected, subject)
    assert await outbox_messages(two.one) == []


def of(keys: list[str], subject: str) -> list[str]:
    return [key for key in keys if key.split("-")[1] == subject]


async def test_the_call_of_a_killed_process_is_made_again_once_its_lease_has_ended(
    two: Two,
) -> None:
    for message in ("go", "go"):
        await post(two.one, "s1", message)
    partner = Partner(held=frozenset({"s1"}))
    killed = Delivery(two.one, partner, lease=LEASE)
    assert await killed.start()
    await wait_until(lambda: len(partner.calls) == 1)
    await killed.cancel()
    partner.may.set()
    other = worker(two.other, partner)
    assert await other.step() is False
    two.clock.advance(LEASE)
    await until_nothing_is_due(other)
    first, again, second = partner.calls
    assert (first, again == second) == (again, False)
    assert await outbox_messages(two.one) == []


async def test_the_lease_of_a_slow_call_is_renewed(two: Two) -> None:
    lease = timedelta(milliseconds=30)
    await post(two.one, "s1", "go")
    partner = Partner(held=frozenset({"s1"}))
    slow = Delivery(two.one, partner, lease=lease)
    await slow.start()
    for _ in range(3):
        two.clock.advance(lease * 0.9)
        await until_renewed(two, lease)
        assert await worker(two.other, partner, lease).step() is False
    partner.may.set()
    await slow.finish()
    await slow.stop()
    assert len(partner.calls) == 1
    assert await outbox_messages(two.one) == []


async def until_renewed(two: Two, lease: timedelta) -> None:
    async with asyncio.timeout(60):
        while True:
            [claimed] = await outbox_messages(two.one)
            if claimed.claimed_until == two.clock.now() + lease:
                return
            await asyncio.sleep(0.001)


async def test_a_process_that_stops_finishes_its_calls_or_leaves_them_to_others(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post(two.one, "s1", "go")
    await post(two.one, "s2", "go")
    partner = Partner(held=frozenset({"s1"}))
    stopped = Delivery(two.one, partner, lease=LEASE)
    await stopped.start()
    monkeypatch.setattr(delivery, "DRAIN_S", 0.05)
    await stopped.stop()
    [left] = await outbox_messages(two.one)
    assert (left.subject_id, left.claimed_by, left.attempts) == ("s1", None, 0)
    partner.may.set()
    await until_nothing_is_due(worker(two.other, partner))
    assert await outbox_messages(two.one) == []


@pytest.mark.parametrize("two", ["postgresql"], indirect=True)
async def test_a_timer_whose_shopper_is_locked_waits_without_a_lock_of_its_own(two: Two) -> None:
    """The other write wants the timer that the worker has taken: neither waits for the other."""
    shopper = {"id": "sho_1", "nickname": "s"}
    await two.one.write(lambda tx: tx.execute(insert(shoppers), shopper))
    await schedule(two.one, "sho_1", START)
    locked, tried = asyncio.Event(), asyncio.Event()
    two.other.on_retry = tried.set

    async def shop(tx: Tx) -> None:
        await lock(tx, ["sho_1"])
        locked.set()
        await tried.wait()
        await tx.execute("UPDATE timers SET kind = 'mark' WHERE subject_id = $1", ("sho_1",))

    shopping = asyncio.create_task(two.one.write(shop))
    await locked.wait()
    await until_nothing_is_due(worker(two.other))
    await shopping
    assert await marks(two.one, ["sho_1"]) == ["sho_1"]
