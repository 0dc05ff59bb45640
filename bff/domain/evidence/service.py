"""A photo's place is opened, then filled once. The caller commits."""

import hashlib

from bff.core import ids
from bff.core.refusal import NotFound
from bff.db.transaction import Tx
from bff.domain.evidence import store
from bff.domain.evidence.model import UPLOAD_LIFETIME, Photo, Picture
from bff.domain.evidence.refusals import PhotoLimitReached, PhotoUploadedError, UploadClosedError


async def open_photo(tx: Tx, shopper_id: str, return_id: str, max_photos: int) -> Photo:
    """A place for one photo, held until its link expires. Raises PhotoLimitReached."""
    if await store.count_held(tx, shopper_id, return_id) >= max_photos:
        raise PhotoLimitReached(max_photos)
    expires_at = tx.now + UPLOAD_LIFETIME
    photo = Photo(
        tx.new_id(ids.PHOTO), shopper_id, return_id, tx.now, expires_at, None, None, None, None
    )
    await store.add(tx, photo)
    return photo


async def fill_photo(tx: Tx, opened: Photo, picture: Picture, max_photos: int) -> Photo:
    """The picture is in the object store already. A place that was given up is taken again.

    Raises PhotoUploadedError, UploadClosedError or PhotoLimitReached.
    """
    photo = await _as_stored(tx, opened)
    given_up = photo.failed_at and not photo.uploaded_at
    if given_up and await store.count_held(tx, photo.shopper_id, photo.return_id) >= max_photos:
        raise PhotoLimitReached(max_photos)
    facts = {"width": picture.width, "height": picture.height, "digest": digest_of(picture)}
    if not await store.note_uploaded(tx, photo, **facts):
        photo = await _as_stored(tx, opened)
        raise PhotoUploadedError if photo.uploaded_at else UploadClosedError
    return await _as_stored(tx, opened)


async def _as_stored(tx: Tx, photo: Photo) -> Photo:
    """Raises NotFound."""
    found = await store.photos_by_id(tx.connection, photo.shopper_id, [photo.id])
    if photo.id not in found:
        raise NotFound("photoId")
    return found[photo.id]


def digest_of(picture: Picture) -> str:
    """SHA-256 of both sizes, in hex."""
    return hashlib.sha256(picture.photo + picture.thumbnail).hexdigest()
