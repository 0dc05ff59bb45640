"""Places for photos: opened, filled in one statement, counted, and swept after their time."""

from datetime import timedelta

from bff.domain.evidence import store
from bff.domain.evidence.model import UPLOAD_LIFETIME, Photo
from tests.support.evidence import owned_return
from tests.support.return_cases import write
from tests.support.rows import photo_under
from tests.support.world import World

FACTS = {"width": 3, "height": 2, "digest": "abc"}
SECOND = timedelta(seconds=1)


async def open_place(world: World, photo_id: str, of: tuple[str, str]) -> Photo:
    """`of`: a shopper and a return."""
    now = world.clock.now()
    photo = Photo(photo_id, *of, now, now + UPLOAD_LIFETIME, None, None, None, None)
    await world.db.write(lambda tx: store.add(tx, photo))
    return photo


async def fill(world: World, photo_id: str) -> bool:
    async with world.db.read() as connection:
        photo = await photo_under(connection, photo_id)
    return await world.db.write(lambda tx: store.note_uploaded(tx, photo, **FACTS))


async def read(world: World, owner: str, *ids: str) -> dict[str, Photo]:
    async with world.db.read() as connection:
        return await store.photos_by_id(connection, owner, ids)


async def held(world: World, of: tuple[str, str]) -> int:
    return await world.db.write(lambda tx: store.count_held(tx, *of))


async def test_a_place_is_read_as_it_was_opened(world: World) -> None:
    owner, return_id = await owned_return(world)
    photo = await open_place(world, "pho_1", (owner, return_id))
    assert await read(world, owner, "pho_1", "pho_2") == {"pho_1": photo}
    assert await read(world, "sho_other", "pho_1") == {}


async def test_a_place_is_filled_once(world: World) -> None:
    owner, return_id = await owned_return(world)
    await open_place(world, "pho_1", (owner, return_id))
    assert await fill(world, "pho_1")
    uploaded = (await read(world, owner, "pho_1"))["pho_1"]
    assert (uploaded.uploaded_at, uploaded.digest) == (world.clock.now(), "abc")
    world.clock.advance(SECOND)
    assert not await fill(world, "pho_1")
    assert await read(world, owner, "pho_1") == {"pho_1": uploaded}


async def test_a_place_is_not_filled_from_the_moment_at_which_its_link_expires(
    world: World,
) -> None:
    of = await owned_return(world)
    await open_place(world, "pho_1", of)
    await open_place(world, "pho_2", of)
    world.clock.advance(UPLOAD_LIFETIME - SECOND)
    assert await fill(world, "pho_1")
    world.clock.advance(SECOND)
    assert not await fill(world, "pho_2")


async def test_photos_and_good_links_count_and_expired_links_do_not(world: World) -> None:
    of = await owned_return(world)
    for number in (1, 2, 3):
        await open_place(world, f"pho_{number}", of)
    await fill(world, "pho_1")
    assert await held(world, of) == 3
    world.clock.advance(UPLOAD_LIFETIME)
    assert await held(world, of) == 1


async def test_a_return_has_its_uploaded_photos_oldest_first(world: World) -> None:
    owner, return_id = of = await owned_return(world)
    for number in (1, 2, 3):
        await open_place(world, f"pho_{number}", of)
    for number in (2, 1):
        world.clock.advance(SECOND)
        await fill(world, f"pho_{number}")
    async with world.db.read() as connection:
        photos = await store.photos_by_return(connection, owner, [return_id, "ret_other"])
    assert [photo.id for photo in photos[return_id]] == ["pho_2", "pho_1"]
    assert photos["ret_other"] == []


async def test_what_expired_is_to_be_swept_until_it_was(world: World) -> None:
    photo = await open_place(world, "pho_1", await owned_return(world))
    async with world.db.read() as connection:
        assert await store.unswept(connection, photo.expires_at - SECOND, 10) == []
        assert await store.unswept(connection, photo.expires_at, 10) == [photo]
        assert await store.unswept(connection, photo.expires_at, 0) == []
    await world.db.write(lambda tx: store.note_swept(tx, [photo]))
    async with world.db.read() as connection:
        assert await store.unswept(connection, photo.expires_at, 10) == []


async def test_a_removed_photo_is_not_there_and_is_to_be_swept(world: World) -> None:
    of = await owned_return(world)
    seen = await open_place(world, "pho_1", of)
    await fill(world, "pho_1")
    await world.db.write(lambda tx: store.note_swept(tx, [seen]))
    await world.db.write(lambda tx: store.note_removed(tx, seen))
    removed = (await read(world, of[0], "pho_1"))["pho_1"]
    assert (removed.removed_at, await held(world, of)) == (world.clock.now(), 0)
    await world.db.write(lambda tx: store.note_swept(tx, [seen]))  # as it was before
    async with world.db.read() as connection:
        assert await store.photos_by_return(connection, of[0], [of[1]]) == {of[1]: []}
        assert await store.unswept(connection, seen.expires_at, 10) == [removed]
    await world.db.write(lambda tx: store.note_swept(tx, [removed]))
    async with world.db.read() as connection:
        assert await store.unswept(connection, seen.expires_at, 10) == []


async def test_only_a_place_that_is_empty_fails(world: World) -> None:
    of = await owned_return(world)
    opened = [await open_place(world, f"pho_{number}", of) for number in (1, 2)]
    await fill(world, "pho_1")
    for photo in opened:
        await write(world, store.note_failed, photo)
    photos = await read(world, of[0], "pho_1", "pho_2")
    assert [one.failed_at for one in photos.values()] == [None, world.clock.now()]
    assert await held(world, of) == 1
