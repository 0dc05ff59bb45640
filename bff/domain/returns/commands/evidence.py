"""Photos instead of reasons (R6): a return takes some as long as it lasts. The caller commits."""

from bff.core.refusal import NotFound
from bff.db.connection import Connection
from bff.db.locks import lock
from bff.db.lookups import owner_of_photo
from bff.db.transaction import Tx
from bff.domain.evidence.model import Photo, Picture
from bff.domain.evidence.refusals import PhotoUploadedError
from bff.domain.evidence.service import fill_photo, open_photo
from bff.domain.evidence.store import note_removed, photos_by_id
from bff.domain.policy.store import policy_version
from bff.domain.returns.authorization import own_return
from bff.domain.returns.model import Return, ReturnStatus
from bff.domain.returns.refusals import PhotoNotRemovable, ReturnTakesNoPhotos
from bff.domain.returns.store import returns_by_id


async def open_evidence(tx: Tx, shopper_id: str, return_id: str) -> Photo:
    """A place for one photo. Raises NotFound, ReturnTakesNoPhotos or PhotoLimitReached."""
    this_return = await own_return(tx, shopper_id, return_id)
    _check_open(this_return)
    policy = await policy_version(tx, this_return.policy_version)
    return await open_photo(tx, shopper_id, return_id, policy.evidence.most_photos)


async def awaited_photo(connection: Connection, photo_id: str) -> Photo | None:
    """None for one that is unknown. Raises PhotoUploadedError or ReturnTakesNoPhotos."""
    owner = await owner_of_photo(connection, photo_id)
    if owner is None:
        return None
    photo = (await photos_by_id(connection, owner, [photo_id]))[photo_id]
    if photo.uploaded_at:
        raise PhotoUploadedError
    returns = await returns_by_id(connection, owner, [photo.return_id])
    _check_open(returns[photo.return_id])
    return photo


async def keep_photo(tx: Tx, photo: Photo, picture: Picture) -> Photo:
    """Raises ReturnTakesNoPhotos, or as `fill_photo`."""
    await lock(tx, [photo.return_id])
    owner, return_id = photo.shopper_id, photo.return_id
    this_return = (await returns_by_id(tx.connection, owner, [return_id]))[return_id]
    _check_open(this_return)
    policy = await policy_version(tx, this_return.policy_version)
    return await fill_photo(tx, photo, picture, policy.evidence.most_photos)


async def remove_photo(tx: Tx, shopper_id: str, photo_id: str) -> Photo:
    """Nobody sees it any more. Raises NotFound, or PhotoNotRemovable once the merchant refused."""
    photo = (await photos_by_id(tx.connection, shopper_id, [photo_id])).get(photo_id)
    if photo is None or photo.uploaded_at is None:
        raise NotFound("photoId")
    this_return = await own_return(tx, shopper_id, photo.return_id, named_by="photoId")
    if photo.removed_at:
        return photo
    if this_return.ended or this_return.status is ReturnStatus.MERCHANT_REFUSED:
        raise PhotoNotRemovable(this_return.status)
    await note_removed(tx, photo)
    return photo


def _check_open(this_return: Return) -> None:
    """Raises ReturnTakesNoPhotos."""
    if this_return.ended:
        raise ReturnTakesNoPhotos(this_return.status)
