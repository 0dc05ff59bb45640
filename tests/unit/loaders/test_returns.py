from datetime import timedelta

from bff.domain.pickups.bookings import PickupRequest
from bff.domain.returns.commands.evidence import open_evidence
from bff.domain.returns.commands.returns import TapRequest, one_tap
from loaders.batch import Loaders
from loaders.returns import (
    cursors_by_return,
    missed_by_return,
    photos_by_id,
    photos_by_return,
    pickups_by_id,
    pickups_by_return,
    refunds_by_id,
    refunds_by_return,
    return_counts,
    returns_by_id,
)
from tests.support.factories import create_order, create_shopper
from tests.support.world import START, World


async def open_return(world: World, shopper: str, pickup: PickupRequest | None = None) -> str:
    [line] = await create_order(world.db, shopper, received_at=START)
    request = TapRequest(line, pickup=pickup)
    return (await world.db.write(lambda tx: one_tap(tx, shopper, request))).return_id


async def test_a_returns_refund_and_pickup_are_those_loaded_by_their_own_ids(world: World) -> None:
    shopper = await create_shopper(world.db)
    return_id = await open_return(world, shopper, PickupRequest(None, None, None))
    loaders = Loaders(world.db, shopper)
    refund = await loaders.require(refunds_by_return, return_id)
    pickup = await loaders.require(pickups_by_return, return_id)
    assert await loaders.require(refunds_by_id, refund.id) == refund
    assert await loaders.require(pickups_by_id, pickup.id) == pickup
    assert refund.return_id == pickup.return_id == return_id


async def test_a_return_without_a_pickup_has_none_and_missed_no_deadline(world: World) -> None:
    shopper = await create_shopper(world.db)
    return_id = await open_return(world, shopper)
    loaders = Loaders(world.db, shopper)
    assert await loaders.load(pickups_by_return, return_id) is None
    missed = await loaders.require(missed_by_return, return_id)
    assert missed == ()


async def test_returns_are_counted_by_shopper(world: World) -> None:
    shopper, nobody = await create_shopper(world.db), await create_shopper(world.db)
    for _ in range(2):
        await open_return(world, shopper)
    assert await Loaders(world.db).require_many(return_counts, [shopper, nobody]) == [2, 0]


async def test_a_cursor_is_the_newest_event_of_its_own_return(world: World) -> None:
    shopper = await create_shopper(world.db)
    first, second = [await open_return(world, shopper) for _ in range(2)]
    cursors = await Loaders(world.db, shopper).load_many(
        cursors_by_return, [first, second, "ret_unknown"]
    )
    assert cursors == ["2", "2", None]  # opened, approved


async def test_an_unknown_return_is_none(world: World) -> None:
    assert await Loaders(world.db).load(returns_by_id, "ret_unknown") is None


async def test_a_photo_is_loaded_by_its_id_and_with_its_return_once_it_has_come(
    world: World,
) -> None:
    shopper = await create_shopper(world.db)
    return_id = await open_return(world, shopper)
    photo = await world.db.write(lambda tx: open_evidence(tx, shopper, return_id))
    loaders = Loaders(world.db, shopper)
    loaded = await loaders.require(photos_by_id, photo.id)
    assert (loaded.return_id, loaded.uploaded_at) == (return_id, None)
    assert loaded.expires_at == START + timedelta(minutes=15)
    assert await loaders.load(photos_by_id, "pho_unknown") is None
    assert await loaders.require_many(photos_by_return, [return_id, "ret_unknown"]) == [[], []]
