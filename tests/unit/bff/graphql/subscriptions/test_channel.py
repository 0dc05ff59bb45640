"""Who follows the same shares a channel: each event is read and shown once, and told to each
once and in order, whenever they come and go."""

import asyncio
import random
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bff.db import events, tables
from bff.graphql.subscriptions import channel as channels
from bff.graphql.subscriptions import poller
from tests.support.client import wait_until
from tests.support.database import statements, table_removed
from tests.support.recording_subscribers import ANONYMOUS, TOPIC, RecordingSubscriber, TopicHub
from tests.support.world import FakeClock, World, open_world

MANY = 100
ROUNDS, COMERS = 40, 12


async def all_ids(town: TopicHub) -> list[int]:
    async with town.db.read() as connection:
        found = await connection.execute(select(tables.events.c.id).order_by(tables.events.c.id))
        return [row.id for row in found]


async def test_an_event_is_read_and_shown_once_for_all(world: World) -> None:
    town = TopicHub(world)
    everybody = [await town.follow() for _ in range(MANY)]
    with statements(world.db) as seen:
        await town.publish("a", "b")
        await wait_until(lambda: all(len(one.received) == 2 for one in everybody))
        await asyncio.sleep(0.01)
    reads = [one for one in seen if one.startswith("SELECT") and "events" in one]
    assert len(town.engine.shown) == 2
    assert len(reads) <= 3
    assert {tuple(one.received) for one in everybody} == {tuple(await all_ids(town))}
    assert len(town.hub) == 1


async def test_where_the_answer_may_differ_nothing_is_shared(world: World) -> None:
    town = TopicHub(world)
    audiences = [
        ANONYMOUS,
        replace(ANONYMOUS, language="zh"),
        replace(ANONYMOUS, shopper_id="sho_1"),
        replace(ANONYMOUS, base="http://there"),
    ]
    for audience in audiences:
        await town.follow(audience=audience)
    await town.follow(key="another")
    await town.follow(audience=replace(ANONYMOUS, make_context=lambda: None))  # type: ignore[arg-type,return-value]
    assert len(town.hub) == len(audiences) + 1


async def test_who_comes_later_gets_what_it_missed_and_then_events_with_the_others(
    world: World,
) -> None:
    town = TopicHub(world)
    await town.publish(*["before"] * (2 * events.PAGE + 5))
    first = await town.follow()
    await town.publish("live")
    await wait_until(lambda: len(first.received) == 2 * events.PAGE + 6)
    middle = first.received[events.PAGE]
    second, third = await town.follow(middle), await town.follow(first.received[-1])
    town.engine.shown.clear()
    await town.publish("together")
    ids = await all_ids(town)
    await wait_until(lambda: third.received == ids[-1:])
    assert first.received == ids
    assert second.received == [one for one in ids if one > middle]
    assert town.engine.shown == ids[-1:]


async def test_nothing_is_left_of_those_who_left(world: World) -> None:
    town = TopicHub(world)
    listeners = [await town.follow() for _ in range(3)]
    for listener in listeners:
        assert world.db.wakeups.topics == {TOPIC}
        listener.leave()
    assert (len(town.hub), world.db.wakeups.topics) == (0, frozenset())
    with statements(world.db) as seen:
        await town.publish("unheard")
        await asyncio.sleep(0.02)
    assert not any(one.startswith("SELECT") for one in seen)
    assert not any(listener.received for listener in listeners)


async def test_who_gives_up_while_it_catches_up_leaves_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels, "read_after", partial(slowly, [0.02]))
    town = TopicHub(world)
    await town.publish(*["before"] * (events.PAGE + 1))
    listener = RecordingSubscriber(town.hub)
    coming = asyncio.create_task(town.hub.follow(town.stream(), ANONYMOUS, listener))
    await wait_until(lambda: len(listener.received) == events.PAGE)
    coming.cancel()
    await asyncio.wait([coming])
    assert (len(town.hub), world.db.wakeups.topics) == (0, frozenset())
    assert len(listener.received) == events.PAGE


async def test_what_is_written_while_one_looks_is_not_missed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever finds nothing, and is about to join or to go to sleep."""
    held = Held()
    monkeypatch.setattr(channels, "read_after", held.read)
    monkeypatch.setattr(poller, "POLL_S", 3_600)
    town = TopicHub(world)
    coming = asyncio.create_task(town.follow())
    await held.found_nothing.wait()
    await town.publish("before joining")
    held.go_on()
    listener = await coming
    await wait_until(lambda: len(listener.received) == 1)
    held.hold()
    await town.publish("waking")
    await held.found_nothing.wait()
    await town.publish("before sleeping")
    held.go_on()
    await wait_until(lambda: len(listener.received) == 3)
    assert listener.received == await all_ids(town)


class Held:
    """Reads, and once after each `hold` keeps back that there is nothing."""

    def __init__(self) -> None:
        self.found_nothing = asyncio.Event()
        self._gate: asyncio.Event | None = None
        self.hold()

    def hold(self) -> None:
        self.found_nothing.clear()
        self._gate = asyncio.Event()

    async def read(self, *arguments: Any) -> list[events.Event]:
        found = await events.read_after(*arguments)
        if self._gate and not found:
            self.found_nothing.set()
            await self._gate.wait()
        return found

    def go_on(self) -> None:
        assert self._gate
        self._gate.set()
        self._gate = None


@pytest.mark.parametrize("seed", range(3))
async def test_however_they_come_and_go_each_gets_everything_once(
    world: World, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They leave at any moment, perhaps while they still catch up, and come back with their
    cursors; meanwhile events are written, one or many at once, and reading takes its time."""
    monkeypatch.setattr(poller, "POLL_S", 3_600)
    monkeypatch.setattr(channels, "PUSHED_AT_ONCE", 3)
    monkeypatch.setattr(channels, "read_after", partial(slowly, [0, 0, 0.001, 0.003]))
    town = TopicHub(world)
    chance = random.Random(seed)
    comers = [Comer(town, random.Random(seed * 1_000 + number)) for number in range(COMERS)]
    async with asyncio.TaskGroup() as tasks:
        for comer in comers:
            tasks.create_task(comer.live())
        for _ in range(ROUNDS):
            await town.publish(*["e"] * chance.choice([1, 1, 1, 2, 7, 40]))
            await asyncio.sleep(chance.choice([0, 0, 0.001, 0.004]))
        for comer in comers:
            comer.stays = True
    ids = await all_ids(town)
    await wait_until(lambda: all(comer.received[-1:] == ids[-1:] for comer in comers))
    for comer in comers:
        assert comer.received == ids
    assert sum(comer.visits for comer in comers) > 3 * COMERS
    assert len(town.hub) == 1


async def slowly(pauses_s: list[float], *arguments: Any) -> list[events.Event]:
    found = await events.read_after(*arguments)
    await asyncio.sleep(random.choice(pauses_s))
    return found


class Comer:
    """`told`: over all of its visits."""

    def __init__(self, town: TopicHub, chance: random.Random) -> None:
        self._town = town
        self._chance = chance
        self._before: list[int] = []
        self._listener = RecordingSubscriber(town.hub)
        self.visits = 0
        self.stays = False

    @property
    def received(self) -> list[int]:
        return self._before + self._listener.received

    async def live(self) -> None:
        while not self.stays:
            await self._visit(self._chance.choice([0, 0, 0.0005, 0.003, 0.02]))
        await self._visit(None)

    async def _visit(self, long_s: float | None) -> None:
        self.visits += 1
        self._before = self.received
        listener = self._listener = RecordingSubscriber(
            self._town.hub, self._before[-1] if self._before else 0
        )
        stream = self._town.stream(listener.cursor)
        coming = asyncio.create_task(self._town.hub.follow(stream, ANONYMOUS, listener))
        await asyncio.wait([coming], timeout=long_s)
        if coming.done():
            await asyncio.sleep(self._chance.choice([0, 0.001, 0.005]))
        if long_s is None:
            return
        if coming.done():
            self._town.hub.leave(coming.result(), listener)
        else:
            coming.cancel()
            await asyncio.wait([coming])


async def test_what_cannot_be_shown_ends_it_for_those_who_are_owed_it(
    world: World, db_folder: Path
) -> None:
    town = TopicHub(world)
    other = TopicHub(World(await open_world(db_folder, clock=FakeClock()), FakeClock()))
    town.engine.failing_kinds.add("bad")
    owed = await town.follow()
    await other.publish("bad")  # without a hint: the channel is behind
    [bad] = await all_ids(town)
    ahead = await town.follow(bad)
    await town.publish("good")
    await wait_until(lambda: len(ahead.received) == 1)
    assert owed.ended
    assert (owed.received, ahead.ended) == ([], None)
    assert ahead.received == (await all_ids(town))[1:]
    await other.db.close()


async def test_a_log_that_cannot_be_read_ends_it_for_all_under_one_id(world: World) -> None:
    town = TopicHub(world)
    everybody = [await town.follow() for _ in range(3)]
    with capture_logs() as logs:
        async with table_removed(world.db, tables.events):
            world.db.wakeups.wake([TOPIC])
            await wait_until(lambda: all(one.ended for one in everybody))
    [log] = logs
    received = {one.ended.body for one in everybody if one.ended}
    assert len(received) == 1
    assert str(log["fault_id"]).encode() in received.pop()
