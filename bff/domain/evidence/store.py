from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Integer, bindparam, func, or_, select, update

from bff.db.connection import Connection
from bff.db.row_mapping import fields_of
from bff.db.sqlite import among
from bff.db.statements import Prepared, prepare, prepare_insert, prepare_models
from bff.db.tables import photos
from bff.db.transaction import Tx
from bff.domain.evidence.model import Photo

_photos = select(*(photos.c[name] for name in fields_of(Photo)))
_by_id = prepare_models(Photo, _photos.where(among(photos.c.id, "keys")))
_by_return = prepare_models(
    Photo,
    _photos.where(among(photos.c.return_id, "keys"), photos.c.uploaded_at.is_not(None)).order_by(
        photos.c.uploaded_at, photos.c.id
    ),
)
_held = prepare(
    select(func.count()).where(
        photos.c.return_id == bindparam("return_id"),
        or_(photos.c.uploaded_at.is_not(None), photos.c.expires_at > bindparam("now")),
    )
)
_add = prepare_insert(photos, Photo)
_unswept = prepare_models(
    Photo,
    _photos.where(photos.c.swept_at.is_(None), photos.c.expires_at <= bindparam("before"))
    .order_by(photos.c.expires_at)
    .limit(bindparam("limit", type_=Integer)),
)
_swept = prepare(update(photos).where(among(photos.c.id, "ids")), inputs=["swept_at"])


async def photos_by_id(connection: Connection, ids: Sequence[str]) -> dict[str, Photo]:
    return {photo.id: photo for photo in await connection.execute(_by_id, {"keys": ids})}


async def photos_by_return(connection: Connection, ids: Sequence[str]) -> dict[str, list[Photo]]:
    """Those that are uploaded, the oldest first; an empty list for a return without."""
    by_return: dict[str, list[Photo]] = {return_id: [] for return_id in ids}
    for photo in await connection.execute(_by_return, {"keys": ids}):
        by_return[photo.return_id].append(photo)
    return by_return


async def count_held(tx: Tx, return_id: str) -> int:
    """Photos, and links under which one may still come."""
    count = await tx.execute(_held, {"return_id": return_id, "now": tx.now})
    return int(count.scalar())


async def add(tx: Tx, photo: Photo) -> None:
    await tx.execute(_add, photo)


async def note_uploaded(tx: Tx, photo_id: str, **facts: Any) -> bool:
    """In one statement: False where the link has expired or served."""
    values = {**facts, "photo_id": photo_id, "now": tx.now, "uploaded_at": tx.now}
    updated = await tx.execute(_uploaded(("uploaded_at", *facts)), values)
    return updated.rowcount == 1


@cache
def _uploaded(names: tuple[str, ...]) -> Prepared[Any]:
    statement = update(photos).where(
        photos.c.id == bindparam("photo_id"),
        photos.c.uploaded_at.is_(None),
        photos.c.expires_at > bindparam("now"),
    )
    return prepare(statement, inputs=names)


async def unswept(connection: Connection, before: datetime, limit: int) -> list[Photo]:
    """Those whose links expired before a moment, and whose leftovers are not swept yet."""
    return (await connection.execute(_unswept, {"before": before, "limit": limit})).all()


async def note_swept(tx: Tx, ids: Sequence[str]) -> None:
    await tx.execute(_swept, {"ids": ids, "swept_at": tx.now})
