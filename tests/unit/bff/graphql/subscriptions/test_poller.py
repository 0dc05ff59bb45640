"""What other processes write is found by polling the log, once for all topics."""

import asyncio
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bff.db import events, tables
from bff.db.transaction import Tx
from bff.graphql.subscriptions import poller
from tests.support.client import wait_until
from tests.support.database import statements, table_removed
from tests.support.recording_subscribers import TOPIC, TopicHub
from tests.support.world import FakeClock, World, open_world


async def test_what_another_process_writes_is_found_by_one_look_for_all_topics(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller, "POLL_S", 0.05)
    town = TopicHub(world)
    everybody = [await town.follow(key=str(number)) for number in range(20)]
    other = TopicHub(World(await open_world(tmp_path, clock=FakeClock()), FakeClock()))
    with statements(world.db) as seen:
        await wait_until(lambda: len(seen) >= 2)
        await asyncio.sleep(0.2)
    assert len(seen) <= 10
    await other.publish("from elsewhere")
    await wait_until(lambda: all(len(one.received) == 1 for one in everybody))
    await other.db.close()


async def test_however_much_another_process_writes_it_is_looked_at_page_by_page(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller, "POLL_S", 0.05)
    monkeypatch.setattr(events, "MAX_POLLED_EVENTS", 10)
    town = TopicHub(world)
    listener = await town.follow()
    services = await open_world(tmp_path, clock=FakeClock())

    async def write_much(tx: Tx) -> None:
        for topic in (*(f"ret_{number}" for number in range(2, 37)), TOPIC):
            await events.append(tx, topic, "e", {})

    with statements(world.db) as seen:
        await services.db.write(write_much)
        await wait_until(lambda: len(listener.received) == 1)
    assert len([one for one in seen if one.startswith("SELECT events.topic")]) >= 4
    await services.db.close()


async def test_a_poll_that_fails_is_logged_and_the_next_one_finds_the_event(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller, "POLL_S", 0.02)
    town = TopicHub(world)
    listener = await town.follow()
    other = TopicHub(World(await open_world(tmp_path, clock=FakeClock()), FakeClock()))
    with capture_logs() as logs:
        async with table_removed(world.db, tables.events):
            await wait_until(lambda: bool(logs))
    await other.publish("from elsewhere")
    await wait_until(lambda: len(listener.received) == 1)
    await other.db.close()
