"""A photo's place: opened up to the limit, filled once and in time."""

from dataclasses import replace

import pytest

from bff.core.refusal import NotFound
from bff.domain.evidence import store
from bff.domain.evidence.model import UPLOAD_LIFETIME, Photo, Picture
from bff.domain.evidence.refusals import PhotoLimitReached, PhotoUploadedError, UploadClosedError
from bff.domain.evidence.service import digest_of, fill_photo, open_photo
from tests.support.evidence import owned_return
from tests.support.return_cases import write
from tests.support.world import World

PICTURE = Picture(b"large", b"small", 3, 2)


async def opened(world: World, of: tuple[str, str], max_photos: int = 3) -> Photo:
    """`of`: a shopper and a return."""
    return await world.db.write(lambda tx: open_photo(tx, *of, max_photos))


async def test_a_place_is_held_until_its_link_expires(world: World) -> None:
    photo = await opened(world, await owned_return(world))
    assert photo.id.startswith("pho_")
    assert (photo.opened_at, photo.uploaded_at) == (world.clock.now(), None)
    assert photo.expires_at == world.clock.now() + UPLOAD_LIFETIME


async def test_no_more_places_than_the_limit(world: World) -> None:
    of = await owned_return(world)
    for _ in range(2):
        await opened(world, of, 2)
    with pytest.raises(PhotoLimitReached) as refused:
        await opened(world, of, 2)
    assert refused.value.most == 2
    world.clock.advance(UPLOAD_LIFETIME)
    assert (await opened(world, of, 2)).return_id == of[1]


async def test_a_filled_place_has_the_pictures_size_and_digest(world: World) -> None:
    photo = await opened(world, await owned_return(world))
    filled = await world.db.write(lambda tx: fill_photo(tx, photo, PICTURE, 3))
    assert (filled.width, filled.height, filled.digest) == (3, 2, digest_of(PICTURE))
    with pytest.raises(PhotoUploadedError):
        await world.db.write(lambda tx: fill_photo(tx, photo, PICTURE, 3))


async def test_an_expired_place_is_closed(world: World) -> None:
    photo = await opened(world, await owned_return(world))
    world.clock.advance(UPLOAD_LIFETIME)
    with pytest.raises(UploadClosedError):
        await world.db.write(lambda tx: fill_photo(tx, photo, PICTURE, 3))


async def test_an_unknown_photo_is_not_found(world: World) -> None:
    photo = await opened(world, await owned_return(world))
    for unknown in (replace(photo, id="pho_none"), replace(photo, shopper_id="sho_other")):
        with pytest.raises(NotFound):
            await write(world, fill_photo, unknown, PICTURE, 3)


def test_the_digest_is_of_both_sizes() -> None:
    digests = {
        digest_of(Picture(photo, thumbnail, 3, 2))
        for photo, thumbnail in ((b"large", b"small"), (b"large", b"other"), (b"other", b"small"))
    }
    assert len(digests) == 3
    assert {len(digest) for digest in digests} == {64}


async def test_a_place_whose_upload_failed_is_anothers_until_it_is_filled(world: World) -> None:
    of = await owned_return(world)
    first = await opened(world, of, 1)
    await world.db.write(lambda tx: store.note_failed(tx, first))
    second = await opened(world, of, 1)
    with pytest.raises(PhotoLimitReached):
        await world.db.write(lambda tx: fill_photo(tx, first, PICTURE, 1))
    await world.db.write(lambda tx: store.note_failed(tx, second))
    filled = await world.db.write(lambda tx: fill_photo(tx, first, PICTURE, 1))
    assert filled.uploaded_at == world.clock.now()
    with pytest.raises(PhotoLimitReached):
        await world.db.write(lambda tx: fill_photo(tx, second, PICTURE, 1))
