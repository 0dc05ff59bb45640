"""Opened, the database is up to date, its policy is published and its timers are set."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bff.core.clock import ShiftedClock, SystemClock
from bff.db import events
from bff.db.engines import open_database
from bff.db.errors import NoDatabaseError
from bff.domain.policy.store import all_policies, current_policy, publish
from bff.services import join_services, open_services
from bff.settings import Settings
from tests.support.client import MAX_WAIT_S
from tests.support.engines import database_settings, without_tables
from tests.support.models import shanghai
from tests.support.world import START, FakeClock, open_world

NOON = datetime(2020, 3, 10, 4, tzinfo=UTC)


def settings(folder: Path, mode: str = "demo", **options: object) -> Settings:
    return Settings(mode=mode, **database_settings(folder / "x.sqlite3"), **options)  # type: ignore[arg-type]


async def test_a_new_file_becomes_a_database_with_the_policy(db_folder: Path) -> None:
    services = await open_services(settings(db_folder))
    async with services.db.read() as connection:
        assert len(await all_policies(connection)) > 0
    await services.db.close()


async def test_what_was_there_is_there_when_it_is_opened_again(db_folder: Path) -> None:
    for expected in (0, 1):
        services = await open_services(settings(db_folder))
        async with services.db.read() as connection:
            assert len(await events.read_after(connection, "sho_1", "a", 0)) == expected
        await services.db.write(lambda tx: events.append(tx, "sho_1", "a", "kind", {}))
        await services.db.close()


async def test_tables_are_not_made_where_that_is_not_wished(db_folder: Path) -> None:
    without_tables(db_folder / "x.sqlite3")
    with pytest.raises(NoDatabaseError, match=r"has no tables, .*: run bff migrate"):
        await open_services(settings(db_folder, migrate="never"))
    await (await open_services(settings(db_folder))).db.close()
    await (await open_services(settings(db_folder, migrate="never"))).db.close()


async def test_a_demonstration_starts_at_its_moment_and_time_never_goes_back(
    db_folder: Path,
) -> None:
    demo = settings(db_folder, clock_starts_at=NOON)
    first = await open_services(demo)
    assert timedelta(0) <= first.db.clock.now() - NOON < timedelta(minutes=1)
    await first.db.close()
    later = open_database(demo.address, ShiftedClock(NOON + timedelta(days=2)))
    await later.write(lambda tx: events.append(tx, "sho_1", "a", "kind", {}))
    await later.close()
    again = await open_services(demo)
    assert again.db.clock.now() >= NOON + timedelta(days=2)
    await again.db.close()


async def test_outside_of_a_demonstration_the_systems_clock_counts(db_folder: Path) -> None:
    demo = settings(db_folder, clock_starts_at=NOON)
    services = await open_services(demo.model_copy(update={"mode": "production"}))
    assert isinstance(services.db.clock, SystemClock)
    await services.db.close()


async def test_a_demonstration_starts_when_couriers_come(db_folder: Path) -> None:
    """Spring Festival of 2090 is from 30 January to 1 February."""
    demo = settings(db_folder)
    first = await open_services(demo)
    await first.db.close()
    later = open_database(demo.address, ShiftedClock(shanghai("2090-01-30T12:00")))
    await later.write(lambda tx: events.append(tx, "sho_1", "a", "kind", {}))
    await later.close()
    again = await open_services(demo)
    assert (
        timedelta(0) <= again.db.clock.now() - shanghai("2090-02-02T09:00") < timedelta(minutes=1)
    )
    await again.db.close()


async def test_all_processes_of_a_demonstration_follow_one_clock(db_folder: Path) -> None:
    first = await open_services(settings(db_folder, clock_starts_at=NOON), sets_clock=True)
    others = [
        await open_services(settings(db_folder)),
        join_services(first.settings, first.db.clock),
    ]
    for services in (first, *others):
        assert timedelta(0) <= services.db.clock.now() - NOON < timedelta(minutes=1)
        await services.db.close()


async def test_a_second_server_keeps_the_clock_where_couriers_come(db_folder: Path) -> None:
    first = await open_services(settings(db_folder), sets_clock=True)
    second = await open_services(settings(db_folder), sets_clock=True)
    assert isinstance(first.db.clock, ShiftedClock)
    assert isinstance(second.db.clock, ShiftedClock)
    assert first.db.clock.offset == second.db.clock.offset
    for services in (first, second):
        await services.db.close()


async def test_a_policy_that_one_process_publishes_is_in_force_in_all(db_folder: Path) -> None:
    """Their clock stands still: nothing that is kept grows old."""
    clock = FakeClock()
    one = await open_world(db_folder, clock=clock)
    other = join_services(one.settings, clock)
    async with one.awake(), other.awake():
        before = await other.db.write(current_policy)
        newer = before.model_copy(update={"version": "newer", "in_force_from": START})
        await one.db.write(lambda tx: publish(tx, [newer]))
        async with asyncio.timeout(MAX_WAIT_S):
            while (await other.db.write(current_policy)).version != "newer":  # noqa: ASYNC110
                await asyncio.sleep(0.001)
        assert (await one.db.write(current_policy)).version == "newer"
    for services in (one, other):
        await services.db.close()
