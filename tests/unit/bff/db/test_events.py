"""The log of events: by topic, in order, from any cursor."""

from contextlib import suppress
from datetime import timedelta

from bff.db import events
from bff.db.transaction import Tx
from tests.support.world import START, World


async def append(world: World, *entries: tuple[str, str]) -> list[int]:
    """The ids of what was appended: topics and kinds."""

    async def use_case(tx: Tx) -> None:
        for topic, kind in entries:
            await events.append(tx, topic, kind, {"kind": kind})

    async with world.db.read() as connection:
        before = await events.newest_id(connection)
    await world.db.write(use_case)
    return list(range(before + 1, before + 1 + len(entries)))


async def test_events_of_a_topic_are_read_after_a_cursor_in_order(world: World) -> None:
    first, _, third = await append(world, ("a", "1"), ("b", "2"), ("a", "3"))
    async with world.db.read() as connection:
        read = await events.read_after(connection, "a", 0)
        assert [(event.id, event.kind) for event in read] == [(first, "1"), (third, "3")]
        assert (read[0].topic, read[0].at, read[0].facts) == ("a", START, {"kind": "1"})
        assert await events.read_after(connection, "a", first) == read[1:]
        assert await events.read_after(connection, "a", 0, limit=1) == read[:1]
        assert await events.read_after(connection, "a", third) == []


async def test_an_append_wakes_those_who_wait_for_its_topic(world: World) -> None:
    async with world.db.wakeups.waiting_for("a") as waiter:
        await append(world, ("a", "1"))
        await waiter.wait(0)
    async with world.db.read() as connection:
        assert await events.read_after(connection, "a", 0)


async def test_the_last_ids_are_of_topics_that_have_events(world: World) -> None:
    _, second, third = await append(world, ("a", "1"), ("b", "2"), ("a", "3"))
    async with world.db.read() as connection:
        assert await events.last_ids(connection, ["a", "b", "c"]) == {"a": third, "b": second}


async def test_a_cursor_is_an_event_of_its_own_topic(world: World) -> None:
    first, second = await append(world, ("a", "1"), ("b", "2"))
    async with world.db.read() as connection:
        assert await events.is_cursor(connection, "a", first)
        assert not await events.is_cursor(connection, "a", second)
        assert not await events.is_cursor(connection, "a", second + 1)


async def test_an_empty_log_has_no_newest_event(world: World) -> None:
    async with world.db.read() as connection:
        assert await events.newest_id(connection) == 0
        assert await events.last_moment(connection) is None
        assert await events.newest_by_topic(connection, 0) == {}


async def test_the_newest_event_is_of_any_topic(world: World) -> None:
    await append(world, ("a", "1"))
    world.clock.advance(timedelta(minutes=1))
    [newest] = await append(world, ("b", "2"))
    async with world.db.read() as connection:
        assert await events.newest_id(connection) == newest
        assert await events.last_moment(connection) == START + timedelta(minutes=1)


async def test_topics_after_a_cursor_come_with_their_newest_event(world: World) -> None:
    first, _, third, fourth = await append(world, ("a", "1"), ("a", "2"), ("b", "3"), ("a", "4"))
    async with world.db.read() as connection:
        assert await events.newest_by_topic(connection, first) == {"a": fourth, "b": third}
        assert await events.newest_by_topic(connection, fourth) == {}


async def test_an_event_of_a_part_that_fails_is_not_appended(world: World) -> None:
    async def use_case(tx: Tx) -> None:
        await events.append(tx, "a", "kept", {})
        with suppress(ZeroDivisionError):
            async with tx.savepoint():
                await events.append(tx, "a", "lost", {})
                raise ZeroDivisionError

    await world.db.write(use_case)
    async with world.db.read() as connection:
        assert [event.kind for event in await events.read_after(connection, "a", 0)] == ["kept"]
