"""Ratings and behaviours as they are stored and read, for many shoppers at once."""

from datetime import timedelta
from functools import partial

from bff.domain.stars.model import Behaviour, FactorScore, StarChange, StarChangeCause, Stars
from bff.domain.stars.scorecard import Conduct, Offence
from bff.domain.stars.store import (
    add_behaviour,
    add_change,
    conduct_by_shopper,
    is_recorded,
    refresh_factors,
    stars_by_shopper,
)
from tests.support.factories import create_shopper
from tests.support.star_behaviours import ended_returns
from tests.support.world import START, World

FACTORS = (
    FactorScore("ORDERS", 3, 6),
    FactorScore("EMPTY_PARCEL", 1, -30, START + timedelta(days=365)),
)


async def stars(world: World, *shoppers: str) -> dict[str, Stars]:
    async with world.db.read() as connection:
        return await stars_by_shopper(connection, shoppers)


async def conduct(world: World, *shoppers: str) -> dict[str, Conduct]:
    async with world.db.read() as connection:
        return await conduct_by_shopper(connection, shoppers)


def change(shopper: str, seq: int) -> StarChange:
    return StarChange(shopper, seq, 2, 3, START, StarChangeCause.RATED_AGAIN, None, FACTORS)


async def test_a_history_is_read_newest_first_as_it_was_added(world: World) -> None:
    shopper = await create_shopper(world.db)
    before = (await stars(world, shopper))[shopper].history
    added = [change(shopper, len(before) + number) for number in range(2)]
    for each in added:
        await world.db.write(partial(add_change, change=each))
    assert (await stars(world, shopper))[shopper].history == (*reversed(added), *before)


async def test_who_has_no_history_has_the_lowest_level(world: World) -> None:
    assert (await stars(world, "sho_none"))["sho_none"] == Stars("sho_none", ())


async def test_factors_are_refreshed_in_one_entry_alone(world: World) -> None:
    shopper = await create_shopper(world.db)
    first, second = (change(shopper, number) for number in (10, 11))
    for each in (first, second):
        await world.db.write(partial(add_change, change=each))
    more = (FactorScore("ORDERS", 4, 6),)
    await world.db.write(lambda tx: refresh_factors(tx, second, more))
    history = (await stars(world, shopper))[shopper].history
    assert [one.factors for one in history[:2]] == [more, FACTORS]


async def test_a_behaviour_is_recorded_by_return_and_kind(world: World) -> None:
    shopper = await create_shopper(world.db)
    [return_id] = await ended_returns(world, shopper)
    kind = Behaviour.EMPTY_PARCEL
    await world.db.write(lambda tx: add_behaviour(tx, shopper, return_id, kind, 1))
    async with world.db.read() as connection:
        assert await is_recorded(connection, shopper, return_id, kind)
        assert not await is_recorded(connection, shopper, return_id, Behaviour.FEE_UNPAID)
        assert not await is_recorded(connection, shopper, "ret_none", kind)
    await world.db.write(lambda tx: add_change(tx, change(shopper, 1)))


async def test_conduct_counts_what_is_good_and_lists_offences_by_shopper(world: World) -> None:
    shopper, other = await create_shopper(world.db), await create_shopper(world.db)
    returns = await ended_returns(world, shopper, 3)
    kinds = (Behaviour.GENUINE_RETURN, Behaviour.KEPT_PROMISE, Behaviour.EMPTY_PARCEL)
    for return_id, kind in zip(returns, kinds, strict=True):
        record = partial(add_behaviour, shopper_id=shopper, return_id=return_id, kind=kind, seq=1)
        await world.db.write(record)
    found = await conduct(world, shopper, other)
    offence = Offence(Behaviour.EMPTY_PARCEL, world.clock.now(), 1)
    assert found == {
        shopper: Conduct(1, 1, world.clock.now(), (offence,)),
        other: Conduct(),
    }
