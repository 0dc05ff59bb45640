from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Integer, and_, bindparam, func, or_, select, update

from bff.db.connection import Connection
from bff.db.elements import among, of_owner
from bff.db.row_mapping import fields_of
from bff.db.statements import Prepared, prepare, prepare_insert, prepare_models
from bff.db.tables import photos
from bff.db.tables.base import Moment
from bff.db.transaction import Tx
from bff.domain.evidence.model import Photo

_photos = select(*(photos.c[name] for name in fields_of(Photo)))
_by_id = prepare_models(Photo, _photos.where(of_owner(photos), among(photos.c.id, "keys")))
_by_return = prepare_models(
    Photo,
    _photos.where(
        of_owner(photos),
        among(photos.c.return_id, "keys"),
        photos.c.uploaded_at.is_not(None),
        photos.c.removed_at.is_(None),
    ).order_by(photos.c.uploaded_at, photos.c.id),
)
_held = prepare(
    select(func.count()).where(
        of_owner(photos),
        photos.c.return_id == bindparam("return_id"),
        photos.c.removed_at.is_(None),
        or_(
            photos.c.uploaded_at.is_not(None),
            and_(photos.c.failed_at.is_(None), photos.c.expires_at > bindparam("now")),
        ),
    )
)
_failed = prepare(
    update(photos).where(
        of_owner(photos),
        photos.c.id == bindparam("photo_id"),
        photos.c.uploaded_at.is_(None),
        photos.c.failed_at.is_(None),
    ),
    inputs=["failed_at"],
)
_removed = prepare(
    update(photos).where(
        of_owner(photos),
        photos.c.id == bindparam("photo_id"),
        photos.c.removed_at.is_(None),
    ),
    inputs=["removed_at", "swept_at"],
)
_add = prepare_insert(photos, Photo)
_unswept = prepare_models(
    Photo,
    _photos.where(photos.c.swept_at.is_(None), photos.c.expires_at <= bindparam("before"))
    .order_by(photos.c.expires_at)
    .limit(bindparam("limit", type_=Integer)),
)
_swept = prepare(
    update(photos).where(
        of_owner(photos),
        photos.c.id == bindparam("photo_id"),
        photos.c.removed_at.is_not_distinct_from(bindparam("seen_removed_at", type_=Moment)),
    ),
    inputs=["swept_at"],
)


async def photos_by_id(
    connection: Connection, shopper_id: str, ids: Sequence[str]
) -> dict[str, Photo]:
    rows = await connection.execute(_by_id, {"shopper_id": shopper_id, "keys": ids})
    return {photo.id: photo for photo in rows}


async def photos_by_return(
    connection: Connection, shopper_id: str, ids: Sequence[str]
) -> dict[str, list[Photo]]:
    """Those that are there, the oldest first; an empty list for a return without."""
    by_return: dict[str, list[Photo]] = {return_id: [] for return_id in ids}
    for photo in await connection.execute(_by_return, {"shopper_id": shopper_id, "keys": ids}):
        by_return[photo.return_id].append(photo)
    return by_return


async def count_held(tx: Tx, shopper_id: str, return_id: str) -> int:
    """Photos, and links under which one may still come: none whose upload has failed."""
    facts = {"shopper_id": shopper_id, "return_id": return_id, "now": tx.now}
    count = await tx.execute(_held, facts)
    return int(count.scalar())


async def add(tx: Tx, photo: Photo) -> None:
    await tx.execute(_add, photo)


async def note_uploaded(tx: Tx, photo: Photo, **facts: Any) -> bool:
    """In one statement: False where the link has expired or served."""
    values = {**facts, **_here(photo), "now": tx.now, "uploaded_at": tx.now}
    updated = await tx.execute(_uploaded(("uploaded_at", *facts)), values)
    return updated.rowcount == 1


@cache
def _uploaded(names: tuple[str, ...]) -> Prepared[Any]:
    statement = update(photos).where(
        of_owner(photos),
        photos.c.id == bindparam("photo_id"),
        photos.c.uploaded_at.is_(None),
        photos.c.expires_at > bindparam("now"),
    )
    return prepare(statement, inputs=names)


async def note_failed(tx: Tx, photo: Photo) -> None:
    """The place is another's to take; the link may serve still."""
    await tx.execute(_failed, {**_here(photo), "failed_at": tx.now})


async def note_removed(tx: Tx, photo: Photo) -> None:
    """What the store holds of it is to be swept."""
    await tx.execute(_removed, {**_here(photo), "removed_at": tx.now, "swept_at": None})


async def unswept(connection: Connection, before: datetime, limit: int) -> list[Photo]:
    """Those whose links expired before a moment, and whose leftovers are not swept yet."""
    return (await connection.execute(_unswept, {"before": before, "limit": limit})).all()


async def note_swept(tx: Tx, swept: Sequence[Photo]) -> None:
    """Not one that was removed meanwhile."""
    for photo in swept:
        seen = {**_here(photo), "seen_removed_at": photo.removed_at}
        await tx.execute(_swept, {**seen, "swept_at": tx.now})


def _here(photo: Photo) -> dict[str, Any]:
    return {"shopper_id": photo.shopper_id, "photo_id": photo.id}
