"""A lease has one holder, until it is released or ends."""

from datetime import timedelta

from bff.jobs import leases
from tests.support.world import World

LASTING = timedelta(minutes=1)


async def take(world: World, holder: str, name: str = "a") -> bool:
    return await world.db.write(lambda tx: leases.take(tx, name, holder, LASTING))


async def test_who_comes_first_has_it_until_it_ends(world: World) -> None:
    assert await take(world, "one")
    assert not await take(world, "other")
    world.clock.advance(LASTING)
    assert await take(world, "other")
    assert not await take(world, "one")


async def test_its_holder_may_take_it_again_for_longer(world: World) -> None:
    assert await take(world, "one")
    world.clock.advance(LASTING / 2)
    assert await take(world, "one")
    world.clock.advance(LASTING / 2)
    assert not await take(world, "other")


async def test_leases_of_other_names_are_others(world: World) -> None:
    assert await take(world, "one", "a")
    assert await take(world, "other", "b")


async def test_it_is_released_by_its_holder_alone(world: World) -> None:
    assert await take(world, "one")
    await world.db.write(lambda tx: leases.release(tx, "a", "other"))
    assert not await take(world, "other")
    await world.db.write(lambda tx: leases.release(tx, "a", "one"))
    assert await take(world, "other")
