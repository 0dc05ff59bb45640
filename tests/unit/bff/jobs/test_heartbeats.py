"""A worker at work is seen; one that is long gone is forgotten."""

from datetime import timedelta

from sqlalchemy import select

from bff.db.tables import heartbeats as rows
from bff.jobs import heartbeats
from tests.support.world import START, World


async def seen(world: World) -> dict[str, object]:
    async with world.db.read() as connection:
        found = await connection.execute(select(rows))
        return {row.worker_id: row.at for row in found}


async def test_the_last_beat_is_of_whatever_worker(world: World) -> None:
    async with world.db.read() as connection:
        assert await heartbeats.last_beat(connection) is None
    await world.db.write(lambda tx: heartbeats.beat(tx, "one"))
    world.clock.advance(timedelta(seconds=3))
    await world.db.write(lambda tx: heartbeats.beat(tx, "two"))
    async with world.db.read() as connection:
        assert await heartbeats.last_beat(connection) == START + timedelta(seconds=3)


async def test_a_worker_has_one_row_and_loses_it_when_it_is_long_gone(world: World) -> None:
    for _ in range(2):
        await world.db.write(lambda tx: heartbeats.beat(tx, "one"))
        world.clock.advance(timedelta(minutes=50))
    assert [*await seen(world)] == ["one"]
    world.clock.advance(timedelta(minutes=11))
    await world.db.write(lambda tx: heartbeats.beat(tx, "two"))
    assert [*await seen(world)] == ["two"]
