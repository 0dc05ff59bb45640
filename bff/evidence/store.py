from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bff.db.database import Tx
from bff.db.tables import photos
from bff.evidence.model import Photo

COLUMNS = [photos.c[name] for name in Photo.__dataclass_fields__]


def _photo(row: RowMapping) -> Photo:
    return Photo(**row)


async def photos_by_id(connection: AsyncConnection, ids: Sequence[str]) -> dict[str, Photo]:
    rows = await connection.execute(select(*COLUMNS).where(photos.c.id.in_(ids)))
    return {row["id"]: _photo(row) for row in rows.mappings()}


async def photos_by_return(
    connection: AsyncConnection, ids: Sequence[str]
) -> dict[str, list[Photo]]:
    """Those that are uploaded, the oldest first; an empty list for a return without."""
    statement = (
        select(*COLUMNS)
        .where(photos.c.return_id.in_(ids), photos.c.uploaded_at.is_not(None))
        .order_by(photos.c.uploaded_at, photos.c.id)
    )
    found: dict[str, list[Photo]] = {return_id: [] for return_id in ids}
    for row in (await connection.execute(statement)).mappings():
        found[row["return_id"]].append(_photo(row))
    return found


async def count_held(tx: Tx, return_id: str) -> int:
    """Photos, and links under which one may still come."""
    held = or_(photos.c.uploaded_at.is_not(None), photos.c.expires_at > tx.now)
    statement = select(func.count()).where(photos.c.return_id == return_id, held)
    return int(await tx.connection.scalar(statement) or 0)


async def add(tx: Tx, photo: Photo) -> None:
    row = {name: getattr(photo, name) for name in Photo.__dataclass_fields__}
    await tx.execute(insert(photos), row)


async def note_uploaded(tx: Tx, photo_id: str, **facts: Any) -> bool:
    """In one statement: False where the link has expired or served."""
    statement = (
        update(photos)
        .where(
            photos.c.id == photo_id, photos.c.uploaded_at.is_(None), photos.c.expires_at > tx.now
        )
        .values(uploaded_at=tx.now, **facts)
    )
    return (await tx.execute(statement)).rowcount == 1


async def unswept(connection: AsyncConnection, before: datetime, limit: int) -> list[Photo]:
    """Whose links expired before a moment, and whose leftovers nobody has looked for yet."""
    statement = (
        select(*COLUMNS)
        .where(photos.c.swept_at.is_(None), photos.c.expires_at <= before)
        .order_by(photos.c.expires_at)
        .limit(limit)
    )
    return [_photo(row) for row in (await connection.execute(statement)).mappings()]


async def note_swept(tx: Tx, ids: Sequence[str]) -> None:
    await tx.execute(update(photos).where(photos.c.id.in_(ids)).values(swept_at=tx.now))
