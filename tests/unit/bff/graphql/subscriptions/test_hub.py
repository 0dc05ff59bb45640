"""Many who follow one topic, each by a channel of its own: nothing is lost, doubled or left."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from bff.db import events
from bff.db.database import Database
from bff.db.events import Event, read_after
from bff.db.sqlite.database import READERS
from bff.graphql.engine.engine import GraphQLRequest, Stream
from bff.graphql.subscriptions import poller
from tests.support.client import wait_until
from tests.support.recording_subscribers import (
    ANONYMOUS,
    TOPIC,
    RecordingSubscriber,
    TopicHub,
)
from tests.support.world import FakeClock, World, open_world

SUBSCRIBERS = 50


@asynccontextmanager
async def following(hub: TopicHub) -> AsyncIterator[list[RecordingSubscriber]]:
    subscribers = [await hub.follow(key=str(number)) for number in range(SUBSCRIBERS)]
    yield subscribers
    for one in subscribers:
        one.leave()


async def log(db: Database, after: int = 0) -> list[Event]:
    async with db.read() as connection:
        return await read_after(connection, "sho_1", TOPIC, after)


async def test_who_waits_holds_no_connection(world: World) -> None:
    """Fifty wait, four readers: all four can still be had at once."""
    async with following(TopicHub(world)), asyncio.timeout(30), AsyncExitStack() as stack:
        for _ in range(READERS):
            reader = await stack.enter_async_context(world.db.read())
            assert (await reader.execute(select(1))).scalar() == 1


async def test_each_subscriber_gets_every_event_once_and_in_order(world: World) -> None:
    hub, kinds = TopicHub(world), [f"event {number}" for number in range(12)]
    await hub.publish(kinds[0])
    async with following(hub) as subscribers:
        for kind in kinds[1:]:
            await hub.publish(kind)
        await wait_until(lambda: all(len(one.received) >= 12 for one in subscribers))
    written = {event.id: event.kind for event in await log(world.db)}
    assert [[written[number] for number in one.received] for one in subscribers] == [
        kinds
    ] * SUBSCRIBERS


async def test_more_than_a_page_is_followed_from_any_cursor(world: World) -> None:
    hub = TopicHub(world)
    await hub.publish(*(f"event {number}" for number in range(2 * events.PAGE + 5)))
    everything = (await hub.follow()).received
    assert len(everything) == 2 * events.PAGE + 5
    assert everything == sorted(set(everything))
    later = await hub.follow(everything[events.PAGE], key="later")
    assert later.received == everything[events.PAGE + 1 :]


async def test_what_another_process_wrote_is_seen_without_a_hint(
    world: World, db_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller, "POLL_S", 0.1)
    services = await open_world(db_folder, clock=FakeClock())
    async with following(TopicHub(world)) as subscribers:
        await services.db.write(lambda tx: events.append(tx, "sho_1", TOPIC, "from elsewhere", {}))
        await wait_until(lambda: all(one.received for one in subscribers))
    await services.db.close()
    [event] = await log(world.db)
    assert event.kind == "from elsewhere"
    assert {tuple(one.received) for one in subscribers} == {(event.id,)}


async def test_nothing_is_left_of_those_who_left(world: World) -> None:
    hub = TopicHub(world)
    async with following(hub):
        assert world.db.wakeups.topics == {TOPIC}
        assert len(hub.hub) == SUBSCRIBERS
    assert (len(hub.hub), world.db.wakeups.topics) == (0, frozenset())


async def test_only_an_event_source_can_be_followed(world: World) -> None:
    hub = TopicHub(world)

    async def source() -> AsyncIterator[int]:
        yield 1

    stream = Stream(source(), hub.stream().operation, GraphQLRequest(""), (), hub.stream().engine)
    with pytest.raises(TypeError, match="EventSource"):
        await hub.hub.follow(stream, ANONYMOUS, RecordingSubscriber(hub.hub))
    with pytest.raises(TypeError, match="read by a channel"):
        aiter(hub.stream().source)


async def test_how_long_each_push_took_is_counted_once_for_all(world: World) -> None:
    town = TopicHub(world)
    one, two = await town.follow(), await town.follow()
    await town.publish("A")
    await wait_until(lambda: bool(one.received and two.received and town.delays))
    assert town.delays == [0.0]
    for each in (one, two):
        each.leave()
