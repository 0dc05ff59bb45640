"""What other processes write is found by polling the log, once for all channels."""

import asyncio
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bff.db import tables
from bff.graphql.subscriptions import poller
from tests.support.client import wait_until
from tests.support.database import statements, table_removed
from tests.support.recording_subscribers import TopicHub
from tests.support.world import FakeClock, World, open_world


async def test_what_another_process_writes_is_found_by_one_look_for_all_channels(
    world: World, db_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller, "POLL_S", 0.05)
    town = TopicHub(world)
    everybody = [await town.follow(key=str(number)) for number in range(20)]
    other = TopicHub(World(await open_world(db_folder, clock=FakeClock()), FakeClock()))
    with statements(world.db) as seen:
        await wait_until(lambda: len(seen) >= 2)
        await asyncio.sleep(0.2)
    assert len(seen) <= 10
    await other.publish("from elsewhere")
    await wait_until(lambda: all(len(one.received) == 1 for one in everybody))
    await other.db.close()


async def test_however_many_channels_there_are_one_look_is_for_a_part_of_them(
    world: World, db_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller, "POLL_S", 0.05)
    monkeypatch.setattr(poller, "MAX_POLLED_CHANNELS", 3)
    town = TopicHub(world)
    everybody = [await town.follow(key=str(number)) for number in range(10)]
    other = TopicHub(World(await open_world(db_folder, clock=FakeClock()), FakeClock()))
    with statements(world.db) as seen:
        await other.publish("from elsewhere")
        await wait_until(lambda: all(len(one.received) == 1 for one in everybody))
    assert len([one for one in seen if one.startswith("SELECT events.topic, max")]) >= 4
    await other.db.close()


async def test_a_channel_that_is_not_behind_is_not_read(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller, "POLL_S", 0.02)
    town = TopicHub(world)
    listener = await town.follow()
    await town.publish("from here")
    await wait_until(lambda: len(listener.received) == 1)
    with statements(world.db) as seen:
        await wait_until(lambda: len(seen) >= 5)
    # Before them, the channel may have found that there is no more
    assert {one.partition(" AS ")[0] for one in seen[-3:]} == {
        "SELECT events.topic, max(events.id)"
    }


async def test_a_poll_that_fails_is_logged_and_the_next_one_finds_the_event(
    world: World, db_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller, "POLL_S", 0.02)
    town = TopicHub(world)
    listener = await town.follow()
    other = TopicHub(World(await open_world(db_folder, clock=FakeClock()), FakeClock()))
    with capture_logs() as logs:
        async with table_removed(world.db, tables.events):
            await wait_until(lambda: bool(logs))
    await other.publish("from elsewhere")
    await wait_until(lambda: len(listener.received) == 1)
    await other.db.close()
