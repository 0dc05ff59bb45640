"""How far a demonstration's clock is ahead is kept with its database."""

from datetime import timedelta
from functools import partial

from bff.db.demo_clock import read_offset, set_offset
from tests.support.world import World


async def offset(world: World) -> timedelta | None:
    async with world.db.read() as connection:
        return await read_offset(connection)


async def test_the_offset_is_what_was_set_last(world: World) -> None:
    assert await offset(world) is None
    for ahead in (timedelta(days=-5_000, microseconds=7), timedelta(0), timedelta(hours=8)):
        await world.db.write(partial(set_offset, offset=ahead))
        assert await offset(world) == ahead
