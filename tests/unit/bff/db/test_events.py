"""The log of events: by topic, in order, from any cursor."""

from contextlib import suppress
from datetime import timedelta

from sqlalchemy import insert

from bff.db import events, tables
from bff.db.transaction import Tx
from tests.support.world import START, World


async def append(world: World, *entries: tuple[str, str]) -> None:
    """Topics and kinds."""

    async def use_case(tx: Tx) -> None:
        for topic, kind in entries:
            await events.append(tx, "sho_1", topic, kind, {"kind": kind})

    await world.db.write(use_case)


async def test_events_are_numbered_along_their_topic(world: World) -> None:
    await append(world, ("a", "1"), ("b", "2"), ("a", "3"))
    await append(world, ("b", "4"), ("a", "5"))
    async with world.db.read() as connection:
        numbered = {
            topic: [
                (event.id, event.kind)
                for event in await events.read_after(connection, "sho_1", topic, 0)
            ]
            for topic in ("a", "b")
        }
    assert numbered == {"a": [(1, "1"), (2, "3"), (3, "5")], "b": [(1, "2"), (2, "4")]}


async def test_ids_go_on_behind_those_that_a_topic_has(world: World) -> None:
    old = {"shopper_id": "sho_1", "topic": "a", "id": 700, "kind": "1", "at": START, "facts": {}}
    await world.db.write(lambda tx: tx.execute(insert(tables.events), old))
    await append(world, ("a", "2"), ("b", "3"))
    async with world.db.read() as connection:
        assert await events.last_ids(connection, ["sho_1"], ["a", "b"]) == {"a": 701, "b": 1}


async def test_events_of_a_topic_are_read_after_a_cursor_in_order(world: World) -> None:
    await append(world, ("a", "1"), ("b", "2"), ("a", "3"))
    async with world.db.read() as connection:
        read = await events.read_after(connection, "sho_1", "a", 0)
        assert [(event.id, event.kind) for event in read] == [(1, "1"), (2, "3")]
        assert (read[0].topic, read[0].at, read[0].facts) == ("a", START, {"kind": "1"})
        assert await events.read_after(connection, "sho_1", "a", 1) == read[1:]
        assert await events.read_after(connection, "sho_1", "a", 0, limit=1) == read[:1]
        assert await events.read_after(connection, "sho_1", "a", 2) == []


async def test_an_append_wakes_those_who_wait_for_its_topic(world: World) -> None:
    async with world.db.wakeups.waiting_for("a") as waiter:
        await append(world, ("a", "1"))
        await waiter.wait(0)
    async with world.db.read() as connection:
        assert await events.read_after(connection, "sho_1", "a", 0)


async def test_the_last_ids_are_of_topics_that_have_events(world: World) -> None:
    await append(world, ("a", "1"), ("b", "2"), ("a", "3"))
    async with world.db.read() as connection:
        assert await events.last_ids(connection, ["sho_1"], ["a", "b", "c"]) == {"a": 2, "b": 1}


async def test_a_cursor_is_the_id_of_an_event_of_the_topic(world: World) -> None:
    await append(world, ("a", "1"), ("b", "2"), ("b", "3"))
    async with world.db.read() as connection:
        assert await events.is_cursor(connection, "sho_1", "a", 1)
        assert not await events.is_cursor(connection, "sho_1", "a", 2)
        assert not await events.is_cursor(connection, "sho_1", "c", 1)


async def test_an_empty_log_has_no_last_moment(world: World) -> None:
    async with world.db.read() as connection:
        assert await events.last_moment(connection) is None


async def test_the_last_moment_is_of_any_topic(world: World) -> None:
    await append(world, ("b", "1"))
    world.clock.advance(timedelta(minutes=1))
    await append(world, ("a", "2"))
    async with world.db.read() as connection:
        assert await events.last_moment(connection) == START + timedelta(minutes=1)


async def test_an_event_of_a_part_that_fails_is_not_appended(world: World) -> None:
    async def use_case(tx: Tx) -> None:
        await events.append(tx, "sho_1", "a", "kept", {})
        with suppress(ZeroDivisionError):
            async with tx.savepoint():
                await events.append(tx, "sho_1", "a", "lost", {})
                raise ZeroDivisionError

    await world.db.write(use_case)
    async with world.db.read() as connection:
        assert [event.kind for event in await events.read_after(connection, "sho_1", "a", 0)] == [
            "kept"
        ]


async def test_events_are_read_with_their_shopper(world: World) -> None:
    await world.db.write(lambda tx: events.append(tx, "sho_1", "a", "KIND", {}))
    async with world.db.read() as connection:
        assert await events.read_after(connection, "sho_2", "a", 0) == []
        assert await events.last_ids(connection, ["sho_2"], ["a"]) == {}
        assert not await events.is_cursor(connection, "sho_2", "a", 1)
        assert await events.last_ids(connection, ["sho_2", "sho_1"], ["a"]) == {"a": 1}
