"""Where photos lie: a folder, a store that speaks S3, and one that is not there."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bff.domain.evidence.model import Photo, Picture, Size
from bff.domain.evidence.object_store import ObjectStore, ObjectStoreError
from bff.settings import Settings
from tests.support.s3 import Bucket, serving_bucket
from tests.support.world import START

PICTURE = Picture(b"large" * 1_000, b"small", 2, 1)


def photo(digest: str) -> Photo:
    return Photo("pho_1", "sho_1", "ret_1", START, START, START, 2, 1, digest)


async def content(object_store: ObjectStore, digest: str, size: Size) -> bytes:
    found = await object_store.get(photo(digest), size)
    data = b"".join([chunk async for chunk in found.chunks])
    assert len(data) == found.size
    return data


@pytest.fixture
async def bucket(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bucket]:
    async with serving_bucket() as opened:
        monkeypatch.setenv("AWS_ENDPOINT_URL", opened.base)
        monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
        monkeypatch.setenv("AWS_REGION", "cn-hangzhou")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "tester")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        yield opened


async def keeps_photos(object_store: ObjectStore) -> None:
    await object_store.put("pho_1", "one", PICTURE)
    assert await content(object_store, "one", Size.PHOTO) == PICTURE.photo
    assert await content(object_store, "one", Size.THUMBNAIL) == PICTURE.thumbnail
    with pytest.raises(ObjectStoreError):
        await object_store.get(photo("two"), Size.PHOTO)


async def keeps_only(object_store: ObjectStore) -> None:
    for digest in ("one", "two"):
        await object_store.put("pho_1", digest, PICTURE)
        await object_store.put("pho_10", digest, PICTURE)
    assert await object_store.keep_only("pho_1", "one") == 2
    assert await object_store.keep_only("pho_1", "one") == 0
    assert await content(object_store, "one", Size.PHOTO) == PICTURE.photo
    assert await object_store.keep_only("pho_10", None) == 4


@pytest.mark.parametrize("law", [keeps_photos, keeps_only])
async def test_photos_are_kept_in_a_folder(
    tmp_path: Path, law: Callable[[ObjectStore], Awaitable[None]]
) -> None:
    await law(ObjectStore(str(tmp_path / "made" / "anew")))


@pytest.mark.parametrize("law", [keeps_photos, keeps_only])
async def test_photos_are_kept_in_a_store_that_speaks_s3(
    bucket: Bucket, law: Callable[[ObjectStore], Awaitable[None]]
) -> None:
    await law(ObjectStore("s3://bucket/some/where"))
    assert all(key.startswith("some/where/photos/pho_1/one/") for key in bucket.objects)


async def test_a_store_that_refuses_or_is_no_store_is_an_error(
    bucket: Bucket, tmp_path: Path
) -> None:
    bucket.refuses = True
    (tmp_path / "file").touch()
    for object_store in (ObjectStore("s3://bucket"), ObjectStore(str(tmp_path / "file"))):
        with pytest.raises(ObjectStoreError):
            await object_store.put("pho_1", "one", PICTURE)
        with pytest.raises(ObjectStoreError):
            await object_store.get(photo("one"), Size.PHOTO)
        with pytest.raises(ObjectStoreError):
            await object_store.keep_only("pho_1", None)


def test_photos_lie_beside_the_database_unless_it_is_set(tmp_path: Path) -> None:
    assert Settings(database=tmp_path / "x.db").photo_store == str(tmp_path / "x.photos")
    assert Settings(photos="s3://bucket/photos").photo_store == "s3://bucket/photos"


@pytest.mark.parametrize("place", ["ftp://host/photos", "s3://", "memory:///", " "])
def test_a_place_that_cannot_be_is_refused(place: str) -> None:
    with pytest.raises(ValueError, match=r"a folder's path"):
        Settings(photos=place)
