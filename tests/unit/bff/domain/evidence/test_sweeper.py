"""Leftovers in the object store: kept while an upload may still come, then gone."""

import asyncio
from pathlib import Path

import pytest

from bff.domain.evidence.model import UPLOAD_LIFETIME, Photo, Picture
from bff.domain.evidence.object_store import ObjectStore, ObjectStoreError
from bff.domain.evidence.service import digest_of, fill_photo, open_photo
from bff.domain.evidence.store import note_removed
from bff.domain.evidence.sweeper import GRACE, MAX_TOGETHER, Sweeper
from tests.support.evidence import owned_return
from tests.support.world import World

PICTURE, LEFT_OVER = Picture(b"large", b"small", 3, 2), Picture(b"left", b"over", 1, 1)


async def opened(world: World) -> Photo:
    owner, return_id = await owned_return(world)
    return await world.db.write(lambda tx: open_photo(tx, owner, return_id, 3))


def stored(folder: Path) -> set[str]:
    return {path.parent.name for path in folder.rglob("*.jpg")}


async def test_what_is_not_of_the_photo_goes_once_its_link_has_expired(
    world: World, tmp_path: Path
) -> None:
    objects, photo = ObjectStore(str(tmp_path / "photos")), await opened(world)
    sweeper = Sweeper(world.db, objects)
    await objects.put(photo.id, digest_of(PICTURE), PICTURE)
    await objects.put(photo.id, "left-over", LEFT_OVER)
    await world.db.write(lambda tx: fill_photo(tx, photo, PICTURE, 3))
    world.clock.advance(UPLOAD_LIFETIME + GRACE / 2)
    assert not await sweeper.step()
    assert stored(tmp_path) == {digest_of(PICTURE), "left-over"}
    world.clock.advance(GRACE / 2)
    assert not await sweeper.step()
    assert stored(tmp_path) == {digest_of(PICTURE)}


async def test_of_a_photo_that_never_came_nothing_stays(world: World, tmp_path: Path) -> None:
    objects, photo = ObjectStore(str(tmp_path / "photos")), await opened(world)
    await objects.put(photo.id, "left-over", LEFT_OVER)
    world.clock.advance(UPLOAD_LIFETIME + GRACE)
    await Sweeper(world.db, objects).step()
    assert stored(tmp_path) == set()


async def test_a_photo_is_swept_once(world: World, tmp_path: Path) -> None:
    objects, photo = ObjectStore(str(tmp_path / "photos")), await opened(world)
    world.clock.advance(UPLOAD_LIFETIME + GRACE)
    await Sweeper(world.db, objects).step()
    await objects.put(photo.id, "later", LEFT_OVER)
    await Sweeper(world.db, objects).step()
    assert stored(tmp_path) == {"later"}


async def test_there_may_be_more_after_a_full_step(world: World, tmp_path: Path) -> None:
    owner, return_id = await owned_return(world)
    for _ in range(MAX_TOGETHER):
        await world.db.write(lambda tx: open_photo(tx, owner, return_id, MAX_TOGETHER))
    world.clock.advance(UPLOAD_LIFETIME + GRACE)
    sweeper = Sweeper(world.db, ObjectStore(str(tmp_path / "photos")))
    assert await sweeper.step()
    assert not await sweeper.step()


async def test_a_removed_photo_goes_out_of_the_store(world: World, tmp_path: Path) -> None:
    objects, photo = ObjectStore(str(tmp_path / "photos")), await opened(world)
    sweeper = Sweeper(world.db, objects)
    await objects.put(photo.id, digest_of(PICTURE), PICTURE)
    await world.db.write(lambda tx: fill_photo(tx, photo, PICTURE, 3))
    world.clock.advance(UPLOAD_LIFETIME + GRACE)
    await sweeper.step()
    assert stored(tmp_path) == {digest_of(PICTURE)}
    await world.db.write(lambda tx: note_removed(tx, photo))
    await sweeper.step()
    assert stored(tmp_path) == set()


class SlowStore(ObjectStore):
    """Deletes nothing until it may."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.may, self.begun = asyncio.Event(), asyncio.Event()

    async def keep_only(self, photo_id: str, digest: str | None) -> int:
        self.begun.set()
        await self.may.wait()
        return await super().keep_only(photo_id, digest)


async def test_of_two_sweepers_one_sweeps(world: World, tmp_path: Path) -> None:
    objects, photo = SlowStore(str(tmp_path / "photos")), await opened(world)
    await objects.put(photo.id, "left-over", LEFT_OVER)
    world.clock.advance(UPLOAD_LIFETIME + GRACE)
    sweeping = asyncio.create_task(Sweeper(world.db, objects).step())
    await objects.begun.wait()
    objects.begun.clear()
    assert not await Sweeper(world.db, objects).step()
    assert not objects.begun.is_set()
    objects.may.set()
    await sweeping
    assert stored(tmp_path) == set()


class BrokenStore(ObjectStore):
    async def keep_only(self, photo_id: str, digest: str | None) -> int:
        raise ObjectStoreError(photo_id)


async def test_a_sweeper_that_fails_leaves_the_work_to_others(world: World, tmp_path: Path) -> None:
    folder = str(tmp_path / "photos")
    objects, photo = ObjectStore(folder), await opened(world)
    await objects.put(photo.id, "left-over", LEFT_OVER)
    world.clock.advance(UPLOAD_LIFETIME + GRACE)
    with pytest.raises(ObjectStoreError):
        await Sweeper(world.db, BrokenStore(folder)).step()
    await Sweeper(world.db, objects).step()
    assert stored(tmp_path) == set()
