"""Ratings as they are recorded: once a behaviour, with its cause, and fading in time."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from bff.db.tables import behaviours, events, shoppers, timers
from bff.domain.policy.model import Policy
from bff.domain.policy.store import publish
from bff.domain.stars.model import Behaviour, StarChangeCause
from bff.domain.stars.service import rate_shoppers, withdraw_penalty
from tests.support.database import dump
from tests.support.factories import Goods, create_order, create_shopper, set_level
from tests.support.models import POLICY
from tests.support.star_behaviours import (
    ended_returns,
    record_behaviour,
    record_behaviours,
    stars_of,
)
from tests.support.world import START, World

YEAR = timedelta(days=365)
EMPTY = Behaviour.EMPTY_PARCEL


async def pushed(world: World) -> list[Any]:
    """Of every shopper: what was pushed, in order."""
    statement = select(events).where(events.c.topic.startswith("stars:")).order_by(events.c.id)
    async with world.db.read() as connection:
        return [row.facts | {"cause": row.kind} for row in await connection.execute(statement)]


async def due(world: World) -> list[datetime]:
    async with world.db.read() as connection:
        return (await connection.execute(select(timers.c.due_at))).scalars()


async def test_a_behaviour_counts_once_whatever_is_repeated(world: World) -> None:
    shopper = await create_shopper(world.db, level=5)
    return_id = await record_behaviour(world, shopper, EMPTY)
    before = await dump(world.db)
    await record_behaviour(world, shopper, EMPTY, return_id)
    assert await dump(world.db) == before
    assert len(before["behaviours"]) == 1


async def test_a_return_may_be_an_unpaid_fee_and_an_empty_parcel_both(world: World) -> None:
    shopper = await create_shopper(world.db, level=5)
    return_id = await record_behaviour(world, shopper, EMPTY)
    await record_behaviour(world, shopper, Behaviour.FEE_UNPAID, return_id)
    stars = await stars_of(world, shopper)
    assert {part.code: part.points for part in stars.factors if part.points < 0} == {
        "EMPTY_PARCEL": -30,
        "FEE_UNPAID": -5,
    }


async def test_one_change_of_level_has_its_cause_and_return(world: World) -> None:
    shopper = await create_shopper(world.db, level=5)
    return_id = await record_behaviour(world, shopper, EMPTY)
    newest = (await stars_of(world, shopper)).history[0]
    assert (newest.cause, newest.return_id) == (StarChangeCause.EMPTY_PARCEL, return_id)
    assert (newest.previous, newest.level) == (5, 1)
    assert await pushed(world) == [
        {
            "cause": "EMPTY_PARCEL",
            "previous": 5,
            "level": 1,
            "return_id": return_id,
            "policy_version": POLICY.version,
        }
    ]


async def test_a_rating_to_the_same_level_is_on_record_and_not_pushed(world: World) -> None:
    shopper = await create_shopper(world.db, level=1)
    await record_behaviour(world, shopper, Behaviour.KEPT_PROMISE)
    history = (await stars_of(world, shopper)).history
    assert history[0].cause is StarChangeCause.KEPT_PROMISE
    assert (history[0].previous, history[0].level) == (1, 1)
    assert await pushed(world) == []


async def test_what_brings_no_point_makes_no_entry_and_is_counted_all_the_same(
    world: World,
) -> None:
    shopper = await create_shopper(world.db, level=4)
    many = await ended_returns(world, shopper, 14)
    await record_behaviour(world, shopper, Behaviour.KEPT_PROMISE, *many)
    stars = await stars_of(world, shopper)
    kept = [one for one in stars.history if one.cause is StarChangeCause.KEPT_PROMISE]
    [part] = [one for one in stars.factors if one.code == "KEPT_PROMISES"]
    assert (len(kept), part.value, part.points) == (10, 14, 10)


async def test_orders_since_the_last_rating_are_no_merit_of_an_empty_parcel(world: World) -> None:
    """Twenty orders would bring more than the empty parcel takes: they are rated first."""
    shopper = await create_shopper(world.db, level=1)
    for _ in range(20):
        await create_order(world.db, shopper, [Goods(quantity=20)], received_at=START)
    await record_behaviour(world, shopper, EMPTY)
    pushes = [(one["cause"], one["previous"], one["level"]) for one in await pushed(world)]
    assert pushes == [("RATED_AGAIN", 1, 4), ("EMPTY_PARCEL", 4, 1)]


async def test_after_its_days_what_counted_against_a_shopper_counts_no_more(world: World) -> None:
    shopper = await create_shopper(world.db, level=4)
    await record_behaviour(world, shopper, EMPTY)
    assert await due(world) == [START + YEAR]
    world.clock.advance(YEAR - timedelta(seconds=1))
    await world.work()
    assert (await stars_of(world, shopper)).level == 1
    world.clock.advance(timedelta(seconds=1))
    await world.work()
    stars = await stars_of(world, shopper)
    assert (stars.level, stars.history[0].cause) == (4, StarChangeCause.COUNTS_NO_MORE)
    assert [one["cause"] for one in await pushed(world)] == ["EMPTY_PARCEL", "COUNTS_NO_MORE"]
    assert await due(world) == []


async def test_each_ends_at_its_own_time(world: World) -> None:
    """One timer a shopper, set anew for what ends next."""
    shopper = await create_shopper(world.db, level=5)
    of = await ended_returns(world, shopper, 3)
    seen = []
    for what, return_id in zip((EMPTY, EMPTY, Behaviour.FEE_UNPAID), of, strict=True):
        await record_behaviour(world, shopper, what, return_id)
        seen.append((await stars_of(world, shopper)).score)
        world.clock.advance(timedelta(days=10))
    for days in (80, 255, 10):
        world.clock.advance(timedelta(days=days))
        await world.work()
        seen.append((await stars_of(world, shopper)).score)
    assert seen == [10, 0, 0, 0, 10, 90]
    assert await due(world) == []


async def test_a_longer_time_in_a_newer_policy_is_waited_for(world: World) -> None:
    shopper = await create_shopper(world.db, level=5)
    await record_behaviour(world, shopper, EMPTY)
    longer = newer(counts_for_days=400)
    await world.db.write(lambda tx: publish(tx, [longer]))
    world.clock.advance(YEAR)
    await world.work()
    assert (await stars_of(world, shopper)).level == 1
    assert await due(world) == [START + timedelta(days=400)]
    world.clock.advance(timedelta(days=35))
    await world.work()
    assert (await stars_of(world, shopper)).level == 5


def newer(**changes: Any) -> Policy:
    """In force from the next day on."""
    penalties = tuple(one.model_copy(update=changes) for one in POLICY.scorecard.penalties)
    scorecard = POLICY.scorecard.model_copy(update={"penalties": penalties})
    begins = START + timedelta(days=1)
    return POLICY.model_copy(
        update={"version": "newer", "in_force_from": begins, "scorecard": scorecard}
    )


async def test_behaviour_is_rated_by_the_policy_in_force_now(world: World) -> None:
    milder = newer(points_each=1)
    await world.db.write(lambda tx: publish(tx, [milder]))
    shopper = await create_shopper(world.db, level=5)
    world.clock.advance(timedelta(days=1))
    await record_behaviour(world, shopper, Behaviour.KEPT_PROMISE)
    await record_behaviour(world, shopper, EMPTY)
    stars = await stars_of(world, shopper)
    assert [part.points for part in stars.factors if part.code == "EMPTY_PARCEL"] == [-1]


async def test_an_import_forgets_nothing_that_was_held_against_a_shopper(world: World) -> None:
    shopper = await create_shopper(world.db, level=5)
    await record_behaviour(world, shopper, EMPTY)
    before = await stars_of(world, shopper)
    await world.db.write(lambda tx: rate_shoppers(tx, [shopper], POLICY))
    assert await stars_of(world, shopper) == before


async def test_who_was_never_rated_is_rated_first(world: World) -> None:
    shopper = await create_shopper(world.db, level=1)
    stranger = await unrated(world)
    await record_behaviour(world, stranger, Behaviour.KEPT_PROMISE)
    causes = [one.cause for one in (await stars_of(world, stranger)).history]
    assert causes == [StarChangeCause.KEPT_PROMISE, StarChangeCause.FIRST_RATING]
    assert [one.level for one in (await stars_of(world, shopper)).history] == [1]
    assert await pushed(world) == []


async def unrated(world: World) -> str:
    row = {"id": "sho_new", "nickname": "new"}
    await world.db.write(lambda tx: tx.execute(insert(shoppers), row))
    return "sho_new"


@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
async def test_staff_have_their_way_whatever_was_before(world: World, level: int) -> None:
    shopper = await create_shopper(world.db, level=3)
    await record_behaviour(world, shopper, EMPTY)
    await set_level(world.db, shopper, level)
    stars = await stars_of(world, shopper)
    assert (stars.level, stars.history[0].cause) == (level, StarChangeCause.STAFF_DECISION)
    await record_behaviour(world, shopper, Behaviour.GENUINE_RETURN)
    assert (await stars_of(world, shopper)).level == level
    last = (await pushed(world))[-1]
    assert last["level"] == level
    assert last["cause"] == ("STAFF_DECISION" if level > 1 else "EMPTY_PARCEL")


async def test_what_comes_after_staff_decided_counts(world: World) -> None:
    """At the same moment, and with nothing bought between."""
    shopper = await create_shopper(world.db, level=3)
    before, after = await ended_returns(world, shopper, 2)
    await record_behaviour(world, shopper, EMPTY, before)
    await set_level(world.db, shopper, 3)
    await record_behaviour(world, shopper, EMPTY, after)
    history = (await stars_of(world, shopper)).history
    assert [one.level for one in history] == [1, 3, 1, 3, 3]


async def test_the_level_that_is_rated_anyway_takes_a_decision_back(world: World) -> None:
    shopper = await create_shopper(world.db, level=5)
    await set_level(world.db, shopper, 1)
    for _ in range(10):
        await create_order(world.db, shopper, received_at=START)
    await record_behaviour(world, shopper, Behaviour.GENUINE_RETURN)
    assert (await stars_of(world, shopper)).level == 3


async def test_nobodys_behaviour_is_anothers(world: World) -> None:
    one, other = [await create_shopper(world.db, level=5) for _ in range(2)]
    await record_behaviour(world, one, EMPTY)
    await record_behaviour(world, other, Behaviour.GENUINE_RETURN)
    assert [(await stars_of(world, each)).level for each in (one, other)] == [1, 5]


async def test_what_fails_later_in_the_same_write_leaves_nothing(world: World) -> None:
    shopper = await create_shopper(world.db, level=5)
    [return_id] = await ended_returns(world, shopper)
    before = await dump(world.db)
    with pytest.raises(ValueError, match="longer"):
        await record_behaviours(world, shopper, [EMPTY, EMPTY], [return_id])
    assert await dump(world.db) == before
    async with world.db.read() as connection:
        assert (await connection.execute(select(behaviours))).all() == []


async def test_a_penalty_that_was_wrong_is_withdrawn_and_the_rest_stays(world: World) -> None:
    shopper = await create_shopper(world.db, level=5)
    broken, other = await ended_returns(world, shopper, 2)
    await record_behaviour(world, shopper, Behaviour.FEE_UNPAID, other)
    before = await stars_of(world, shopper)
    await record_behaviour(world, shopper, Behaviour.BROKEN_PROMISE, broken)
    await world.db.write(lambda tx: withdraw_penalty(tx, shopper, broken, Behaviour.BROKEN_PROMISE))
    after = await stars_of(world, shopper)
    assert (after.level, after.factors) == (before.level, before.factors)
    assert (after.history[0].cause, after.history[0].return_id) == (
        StarChangeCause.PENALTY_WITHDRAWN,
        broken,
    )


async def test_what_was_never_held_against_a_shopper_is_not_withdrawn(world: World) -> None:
    shopper = await create_shopper(world.db, level=5)
    [broken] = await ended_returns(world, shopper, 1)
    before = await dump(world.db)
    await world.db.write(lambda tx: withdraw_penalty(tx, shopper, broken, Behaviour.BROKEN_PROMISE))
    assert await dump(world.db) == before
