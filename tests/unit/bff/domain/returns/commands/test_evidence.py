import pytest

from bff.core.refusal import NotFound
from bff.domain.evidence.model import Photo, Picture
from bff.domain.evidence.refusals import PhotoLimitReached, PhotoUploadedError
from bff.domain.returns.commands.evidence import (
    awaited_photo,
    keep_photo,
    open_evidence,
    remove_photo,
)
from bff.domain.returns.commands.returns import cancel_return
from bff.domain.returns.model import Case, ReturnStatus
from bff.domain.returns.refusals import PhotoNotRemovable, ReturnTakesNoPhotos
from tests.support.database import nothing_changes
from tests.support.models import POLICY
from tests.support.return_cases import open_case, refused_case, write
from tests.support.world import World

PICTURE = Picture(photo=b"photo", thumbnail=b"thumbnail", width=3, height=2)


async def open_photo(world: World, case: Case) -> Photo:
    return await write(world, open_evidence, case.this_return.shopper_id, case.this_return.id)


async def awaited(world: World, photo_id: str) -> Photo | None:
    async with world.db.read() as connection:
        return await awaited_photo(connection, photo_id)


async def test_a_photo_is_awaited_until_it_is_there(world: World) -> None:
    photo = await open_photo(world, await open_case(world))
    assert await awaited(world, photo.id) == photo
    kept = await write(world, keep_photo, photo, PICTURE)
    assert (kept.uploaded_at, kept.width, kept.height) == (world.clock.now(), 3, 2)
    with pytest.raises(PhotoUploadedError):
        await awaited(world, photo.id)
    with pytest.raises(PhotoUploadedError):
        await write(world, keep_photo, photo, PICTURE)


async def test_an_unknown_photo_is_not_awaited(world: World) -> None:
    assert await awaited(world, "pho_unknown") is None


async def test_a_return_takes_as_many_as_its_policy_says(world: World) -> None:
    case = await open_case(world)
    for _ in range(POLICY.evidence.most_photos):
        await open_photo(world, case)
    with pytest.raises(PhotoLimitReached):
        await open_photo(world, case)


async def test_a_return_that_has_ended_takes_none(world: World) -> None:
    case = await open_case(world)
    photo = await open_photo(world, case)
    await write(world, cancel_return, case.this_return.shopper_id, case.this_return.id)
    with pytest.raises(ReturnTakesNoPhotos) as refusal:
        await open_photo(world, case)
    assert refusal.value.status is ReturnStatus.CLOSED
    with pytest.raises(ReturnTakesNoPhotos):
        await awaited(world, photo.id)
    with pytest.raises(ReturnTakesNoPhotos):
        await write(world, keep_photo, photo, PICTURE)


async def test_others_returns_are_not_there(world: World) -> None:
    case = await open_case(world)
    with pytest.raises(NotFound):
        await write(world, open_evidence, "sho_another", case.this_return.id)


async def test_a_photo_is_removed_once(world: World) -> None:
    case = await open_case(world)
    owner, photo = case.this_return.shopper_id, await open_photo(world, case)
    with pytest.raises(NotFound):
        await write(world, remove_photo, owner, photo.id)
    await write(world, keep_photo, photo, PICTURE)
    with pytest.raises(NotFound) as refusal:
        await write(world, remove_photo, "sho_another", photo.id)
    assert refusal.value.field == "photoId"
    await write(world, remove_photo, owner, photo.id)
    async with nothing_changes(world):
        await write(world, remove_photo, owner, photo.id)


async def test_what_the_merchant_has_decided_by_stays(world: World) -> None:
    case = await refused_case(world)
    photo = await open_photo(world, case)
    await write(world, keep_photo, photo, PICTURE)
    with pytest.raises(PhotoNotRemovable) as refusal:
        await write(world, remove_photo, case.this_return.shopper_id, photo.id)
    assert refusal.value.status is ReturnStatus.MERCHANT_REFUSED
