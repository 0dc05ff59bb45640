"""Behaviours in any order, through the service: every change of the stars adds up."""

from datetime import timedelta
from itertools import pairwise
from random import Random

import pytest
from sqlalchemy import select

from bff.db.tables import events
from bff.domain.orders.store import purchases_by_shopper
from bff.domain.stars.events import topic_of
from bff.domain.stars.model import GOOD, Behaviour, Stars
from bff.domain.stars.scorecard import TrackRecord, rate
from bff.domain.stars.store import conduct_by_shopper
from tests.support.factories import create_order, create_shopper, set_level
from tests.support.models import POLICY
from tests.support.star_behaviours import ended_returns, record_behaviour, stars_of
from tests.support.world import World

STEPS = 50
LOWERING = [one for one in Behaviour if one not in GOOD]
RAISES, LOWERS = {one.value for one in GOOD}, {one.value for one in LOWERING}


async def live(world: World, shopper: str, of: list[str], chance: Random) -> None:
    """One step; a behaviour may be one that is on record already."""
    match chance.choice(["good", "good", "bad", "order", "staff", "time"]):
        case "good":
            await record_behaviour(world, shopper, chance.choice(sorted(GOOD)), chance.choice(of))
        case "bad":
            await record_behaviour(world, shopper, chance.choice(LOWERING), chance.choice(of))
        case "order":
            await create_order(world.db, shopper, received_at=world.clock.now())
        case "staff":
            await set_level(world.db, shopper, chance.randint(1, 5))
        case _:
            world.clock.advance(timedelta(days=chance.choice([1, 40, 200])))
            await world.work()


@pytest.mark.parametrize("seed", range(2))
async def test_every_star_change_adds_up(world: World, seed: int) -> None:
    chance = Random(seed)
    shopper = await create_shopper(world.db, level=chance.randint(1, 5))
    of = await ended_returns(world, shopper, 12)
    for _ in range(STEPS):
        await live(world, shopper, of, chance)
    await record_behaviour(world, shopper, Behaviour.GENUINE_RETURN, *of)
    stars = await stars_of(world, shopper)
    check_history(stars)
    assert (stars.level, stars.score) == await rated_anew(world, stars)
    assert await pushed(world, shopper) == [
        (one.previous, one.level, one.return_id) for one in reversed(stars.history) if one.moved
    ]


def check_history(stars: Stars) -> None:
    """A chain without a gap, in which nothing good lowers and nothing bad raises a level."""
    for newer, older in pairwise(stars.history):
        assert (newer.seq, newer.previous) == (older.seq + 1, older.level)
        assert newer.at >= older.at
    for change in stars.history:
        if change.cause.value in RAISES:
            assert change.level >= (change.previous or 1)
        if change.cause.value in LOWERS:
            assert change.level <= (change.previous or 1)
        assert (change.return_id is not None) is (change.cause.value in RAISES | LOWERS)


async def rated_anew(world: World, stars: Stars) -> tuple[int, int]:
    """From all that is on record, as if nothing had ever been rated."""
    key = stars.shopper_id
    async with world.db.read() as connection:
        purchases = (await purchases_by_shopper(connection, [key]))[key]
        conduct = (await conduct_by_shopper(connection, [key]))[key]
    record = TrackRecord(purchases, conduct, stars.decision)
    rating = rate(record, POLICY.scorecard, world.clock.now())
    return rating.level, rating.score


async def pushed(world: World, shopper: str) -> list[tuple[int, int, str | None]]:
    statement = select(events.c.facts).where(events.c.topic == topic_of(shopper))
    async with world.db.read() as connection:
        changes = (await connection.execute(statement.order_by(events.c.id))).scalars()
    return [(one["previous"], one["level"], one["return_id"]) for one in changes]
