"""Messages of a subject go in order; dead ones let others pass, until they are resent."""

from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta

import pytest

from bff.db.transaction import Tx
from bff.jobs import outbox
from bff.jobs.outbox import NotDeadError, OutboxMessage
from bff.jobs.timers import WORK
from tests.support.world import START, World

SECOND = timedelta(seconds=1)
LEASE = 9 * SECOND
ME, OTHER = "me", "other"


async def post(world: World, *subjects: str, message: str = "go") -> list[OutboxMessage]:
    async def use_case(tx: Tx) -> None:
        for subject in subjects:
            await outbox.post(tx, "sho_1", message, subject)

    await world.db.write(use_case)
    return await all_messages(world)


async def all_messages(world: World) -> list[OutboxMessage]:
    async with world.db.read() as connection:
        return await outbox.all_messages(connection)


async def due(
    world: World,
    *,
    message: str = "go",
    claimer: str = ME,
    under_way: Collection[int] = (),
    limit: int = 9,
) -> list[int]:
    now = world.clock.now()
    async with world.db.read() as connection:
        found = await outbox.due(connection, now, message, claimer, under_way, limit)
    return [each.id for each in found]


async def claim(world: World, *messages: OutboxMessage, claimer: str = ME) -> list[OutboxMessage]:
    ids = [each.id for each in messages]
    return await world.db.write(lambda tx: outbox.claim(tx, ids, claimer, LEASE))


async def test_a_posted_message_is_due_at_once_and_wakes_the_worker(world: World) -> None:
    async with world.db.wakeups.waiting_for(WORK) as waiter:
        [posted] = await post(world, "ret_1")
        await waiter.wait(0)
    assert (posted.message, posted.subject_id, posted.attempts) == ("go", "ret_1", 0)
    assert (posted.posted_at, posted.due_at, posted.dead_at) == (START, START, None)
    assert posted.key == f"go-ret_1-{posted.id}"
    assert await due(world) == [posted.id]


async def test_a_message_of_a_write_that_fails_is_not_posted(world: World) -> None:
    async def use_case(tx: Tx) -> None:
        await outbox.post(tx, "sho_1", "go", "ret_1")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await world.db.write(use_case)
    assert await all_messages(world) == []


async def test_only_the_oldest_of_a_subject_is_due(world: World) -> None:
    first, _second, other = await post(world, "a", "a", "b")
    assert await due(world) == [first.id, other.id]
    await world.db.write(lambda tx: outbox.remove(tx, first))
    assert len(await due(world)) == 2


async def test_what_is_under_way_of_another_name_or_beyond_the_limit_is_left(world: World) -> None:
    first, second, third = await post(world, "a", "b", "c")
    assert await due(world, under_way=[first.id]) == [second.id, third.id]
    assert await due(world, limit=1) == [first.id]
    assert await due(world, message="come") == []


async def test_a_postponed_message_is_due_later_and_holds_up_its_subject(world: World) -> None:
    first, _ = await post(world, "a", "a")
    await world.db.write(lambda tx: outbox.postpone(tx, first, "no route", START + SECOND))
    assert await due(world) == []
    async with world.db.read() as connection:
        assert await outbox.next_due(connection, START) == START + SECOND
    world.clock.advance(SECOND)
    assert await due(world) == [first.id]
    [postponed, _] = await all_messages(world)
    assert (postponed.attempts, postponed.last_error) == (1, "no route")
    assert postponed.key == first.key


async def test_a_dead_message_lets_the_next_of_its_subject_pass(world: World) -> None:
    first, second = await post(world, "a", "a")
    await world.db.write(lambda tx: outbox.give_up(tx, first, "answered 400"))
    assert await due(world) == [second.id]
    [dead, _] = await all_messages(world)
    assert (dead.dead_at, dead.attempts, dead.last_error) == (START, 1, "answered 400")


async def test_names_are_those_of_messages_that_wait(world: World) -> None:
    for name in ("b", "a", "b", "c"):
        await post(world, "x", message=name)
    dead = (await all_messages(world))[-1]
    await world.db.write(lambda tx: outbox.give_up(tx, dead, "error"))
    async with world.db.read() as connection:
        assert await outbox.waiting_names(connection) == ["a", "b"]


async def test_resent_messages_begin_anew(world: World) -> None:
    messages = await post(world, "a", "b", "c")

    async def give_up(tx: Tx) -> None:
        for each in messages[:2]:
            await outbox.give_up(tx, each, "error")

    await world.db.write(give_up)
    first, second, third = (each.id for each in messages)
    assert await world.db.write(lambda tx: outbox.resend(tx, [second, second])) == [second]
    assert await due(world) == [second, third]
    assert await world.db.write(lambda tx: outbox.resend(tx, None)) == [first]
    assert {each.attempts for each in await all_messages(world)} == {0}


async def test_a_message_that_is_not_dead_is_not_resent_nor_any_with_it(world: World) -> None:
    dead, waiting = await post(world, "a", "b")
    await world.db.write(lambda tx: outbox.give_up(tx, dead, "error"))
    with pytest.raises(NotDeadError, match=f"no dead letter {waiting.id}, 99"):
        await world.db.write(lambda tx: outbox.resend(tx, [99, dead.id, waiting.id]))
    assert (await all_messages(world))[0].dead_at == START


async def test_what_is_claimed_is_due_for_nobody_else_until_the_lease_ends(world: World) -> None:
    first, second = await post(world, "a", "b")
    [claimed] = await claim(world, first)
    assert (claimed.id, claimed.claimed_by) == (first.id, ME)
    assert claimed.claimed_until == START + LEASE
    assert await due(world, claimer=OTHER) == [second.id]
    assert [each.id for each in await claim(world, first, second, claimer=OTHER)] == [second.id]
    assert await due(world, claimer=ME) == [first.id]
    world.clock.advance(LEASE)
    assert await due(world, claimer=OTHER) == [first.id, second.id]


async def test_a_claimed_message_holds_up_its_subject(world: World) -> None:
    first, second = await post(world, "a", "a")
    assert [each.id for each in await claim(world, first, second)] == [first.id]
    assert await claim(world, second, claimer=OTHER) == []


async def test_a_renewed_lease_ends_later_and_is_waited_for(world: World) -> None:
    [first] = await claim(world, *await post(world, "a"))
    world.clock.advance(LEASE - SECOND)
    await world.db.write(lambda tx: outbox.renew(tx, [first.id], OTHER, LEASE))
    await world.db.write(lambda tx: outbox.renew(tx, [first.id], ME, LEASE))
    world.clock.advance(SECOND)
    assert await due(world, claimer=OTHER) == []
    async with world.db.read() as connection:
        moment = await outbox.next_due(connection, world.clock.now())
    assert moment == START + 2 * LEASE - SECOND


async def test_what_is_released_is_free_at_once(world: World) -> None:
    mine, others = await post(world, "a", "b")
    await claim(world, mine)
    await claim(world, others, claimer=OTHER)
    async with world.db.wakeups.waiting_for(WORK) as waiter:
        await world.db.write(lambda tx: outbox.release(tx, ME))
        await waiter.wait(0)
    assert await due(world, claimer="third") == [mine.id]


async def test_a_message_whose_attempt_failed_is_free_again(world: World) -> None:
    [claimed] = await claim(world, *await post(world, "a"))
    await world.db.write(lambda tx: outbox.postpone(tx, claimed, "no route", START))
    [left] = await all_messages(world)
    assert (left.attempts, left.claimed_by, left.claimed_until) == (1, None, None)


@pytest.mark.parametrize(
    "outcome",
    [
        outbox.remove,
        lambda tx, each: outbox.postpone(tx, each, "no route", START),
        lambda tx, each: outbox.give_up(tx, each, "no route"),
    ],
)
async def test_what_another_has_claimed_meanwhile_is_the_others(
    world: World, outcome: Callable[[Tx, OutboxMessage], Awaitable[None]]
) -> None:
    """The first was held up for longer than its lease."""
    [late] = await claim(world, *await post(world, "a"))
    world.clock.advance(LEASE)
    [current] = await claim(world, late, claimer=OTHER)
    await world.db.write(lambda tx: outcome(tx, late))
    assert await all_messages(world) == [current]
    await world.db.write(lambda tx: outbox.remove(tx, current))
    assert await all_messages(world) == []
