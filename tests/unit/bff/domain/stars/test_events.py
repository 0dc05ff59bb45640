"""A change of the level is an event; a rating to the same level is none."""

from functools import partial

from sqlalchemy import select

from bff.db import events, tables
from bff.domain.stars.events import LevelChange, announce_level, level_change, topic_of
from bff.domain.stars.model import StarChange, StarChangeCause
from tests.support.models import POLICY
from tests.support.world import START, World


def change(previous: int | None, level: int) -> StarChange:
    cause = StarChangeCause.EMPTY_PARCEL
    return StarChange("sho_events", 3, level, previous, START, cause, "ret_1", ())


async def announced(world: World, *changes: StarChange) -> list[LevelChange]:
    for each in changes:
        await world.db.write(partial(announce_level, policy=POLICY, change=each))
    statement = select(tables.events).where(tables.events.c.topic == topic_of("sho_events"))
    async with world.db.read() as connection:
        rows = await connection.execute(statement.order_by(tables.events.c.id))
    return [
        level_change(events.Event(row.id, row.topic, row.kind, row.at, row.facts)) for row in rows
    ]


async def test_a_change_of_level_is_announced_with_its_cause(world: World) -> None:
    [pushed] = await announced(world, change(5, 2))
    assert (pushed.previous, pushed.level) == (5, 2)
    assert (pushed.cause, pushed.return_id) == (StarChangeCause.EMPTY_PARCEL, "ret_1")
    assert (pushed.policy_version, pushed.at) == (POLICY.version, world.clock.now())


async def test_the_same_level_and_a_first_rating_are_not_announced(world: World) -> None:
    assert await announced(world, change(2, 2), change(None, 3)) == []


async def test_changes_come_in_order(world: World) -> None:
    pushed = await announced(world, change(5, 2), change(2, 3))
    assert [(one.previous, one.level) for one in pushed] == [(5, 2), (2, 3)]
    assert pushed[0].id < pushed[1].id
