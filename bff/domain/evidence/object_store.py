"""Where photos lie: a folder, or any store that the object-store library knows.

An object's path has the photo's id and the digest of what it holds: the same file uploaded again
is written to the same objects, and another file cannot touch them.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url
from obstore.store import ObjectStore as AnyStore

from bff.domain.evidence.model import Photo, Picture, Size

FOLDER = "photos"
RETRY_TIMEOUT = timedelta(seconds=20)
FAILURES = (BaseError, OSError)


class ObjectStoreError(Exception):
    """The store does not answer, or not as it should."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """`size` in bytes."""

    size: int
    chunks: AsyncIterator[bytes]


class ObjectStore:
    """`place` is a folder's path, or a URL such as `s3://bucket/prefix`.

    The library finds credentials and endpoint in its own environment (`AWS_…`).
    """

    def __init__(self, place: str) -> None:
        self._place = place
        self._folder = None if "://" in place else Path(place)

    @cached_property
    def _store(self) -> AnyStore:
        if self._folder:
            return LocalStore(self._folder, mkdir=True)
        return from_url(self._place, retry_config={"retry_timeout": RETRY_TIMEOUT})

    async def put(self, photo_id: str, digest: str, picture: Picture) -> None:
        """Both sizes, durably. Raises ObjectStoreError."""
        try:
            await self._put(path_of(photo_id, digest, Size.PHOTO), picture.photo)
            await self._put(path_of(photo_id, digest, Size.THUMBNAIL), picture.thumbnail)
        except FAILURES as error:
            raise ObjectStoreError(str(error)) from error

    async def _put(self, path: str, data: bytes) -> None:
        await self._store.put_async(path, data)
        if self._folder:
            await asyncio.to_thread(_make_durable, self._folder, path)

    async def get(self, photo: Photo, size: Size) -> StoredObject:
        """Raises ObjectStoreError, also where there is none."""
        try:
            result = await self._store.get_async(path_of(photo.id, photo.digest or "", size))
        except FAILURES as error:
            raise ObjectStoreError(str(error)) from error
        return StoredObject(result.meta["size"], _chunks(result))

    async def keep_only(self, photo_id: str, digest: str | None) -> int:
        """Delete what else there is of a photo: how many objects. Raises ObjectStoreError."""
        kept = {path_of(photo_id, digest, size) for size in Size} if digest else set()
        try:
            stored = await self._store.list(f"{FOLDER}/{photo_id}/").collect_async()
            others = [meta["path"] for meta in stored if meta["path"] not in kept]
            if others:
                await self._store.delete_async(others)
        except FAILURES as error:
            raise ObjectStoreError(str(error)) from error
        return len(others)


def path_of(photo_id: str, digest: str, size: Size) -> str:
    return f"{FOLDER}/{photo_id}/{digest}/{size}.jpg"


async def _chunks(result: "obstore.GetResult") -> AsyncIterator[bytes]:
    async for chunk in result.stream():
        yield bytes(chunk)


def _make_durable(folder: Path, path: str) -> None:
    """The file, and the name of each folder on the way to it."""
    file = folder / path
    for one in (file, *file.relative_to(folder).parents):
        descriptor = os.open(folder / one, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
