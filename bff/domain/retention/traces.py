"""Photos of returns that have ended, offers to courier companies, and places of days gone by."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, String, and_, bindparam, delete, or_, select, update

from bff.core import ids
from bff.core.clock import SHANGHAI
from bff.db.connection import Connection
from bff.db.elements import among
from bff.db.statements import prepare
from bff.db.tables import past_offers, photos, pickups, refunds, returns, slots
from bff.db.tables.base import Moment
from bff.db.transaction import Tx
from bff.domain.pickups.slots import SOON
from bff.domain.retention.model import Found

_before = bindparam("before", type_=Moment)
_limit = bindparam("limit", type_=Integer)

_never_came = photos.c.uploaded_at.is_(None)
_is_over = (
    select(returns.c.id)
    .join(refunds, refunds.c.return_id == returns.c.id)
    .where(
        returns.c.id == photos.c.return_id,
        returns.c.ended_at < _before,
        refunds.c.owed_since.is_(None),
    )
    .exists()
)
_photos = prepare(
    select(photos.c.id)
    .where(
        photos.c.swept_at < _before,
        or_(_never_came, photos.c.removed_at.is_not(None), _is_over),
    )
    .order_by(photos.c.swept_at)
    .limit(_limit)
)
_remove_rows = prepare(
    delete(photos).where(
        among(photos.c.id, "ids"),
        photos.c.swept_at.is_not(None),
        or_(_never_came, photos.c.removed_at.is_not(None)),
    )
)
_remove_pictures = prepare(
    update(photos)
    .where(among(photos.c.id, "ids"), photos.c.removed_at.is_(None))
    .values(swept_at=None),
    ["removed_at"],
)


async def old_photos(connection: Connection, _position: str, before: datetime, limit: int) -> Found:
    """Of a photo that is there the file goes first; its row goes by another run, later."""
    found = (await connection.execute(_photos, {"before": before, "limit": limit})).scalars()
    return Found(found, more=len(found) == limit)


async def delete_photos(tx: Tx, keys: Sequence[Any]) -> int:
    await tx.execute(_remove_rows, {"ids": keys})
    await tx.execute(_remove_pictures, {"ids": keys, "removed_at": tx.now})
    return len(keys)


_pickups = prepare(
    select(past_offers.c.pickup_id)
    .distinct()
    .join(pickups, pickups.c.id == past_offers.c.pickup_id)
    .join(returns, returns.c.id == pickups.c.return_id)
    .where(past_offers.c.pickup_id < bindparam("first", type_=String))
    .where(returns.c.ended_at < _before)
    .order_by(past_offers.c.pickup_id)
    .limit(_limit)
)
_remove_offers = prepare(delete(past_offers).where(among(past_offers.c.pickup_id, "ids")))


async def old_offers(connection: Connection, _position: str, before: datetime, limit: int) -> Found:
    """Of pickups whose return has ended: the ids of these pickups."""
    values = {"first": ids.first_id(ids.PICKUP, before), "before": before, "limit": limit}
    found = (await connection.execute(_pickups, values)).scalars()
    return Found(found, more=len(found) == limit)


async def delete_offers(tx: Tx, keys: Sequence[Any]) -> int:
    return (await tx.execute(_remove_offers, {"ids": keys})).rowcount


_areas = prepare(
    select(slots.c.area)
    .distinct()
    .where(slots.c.area >= bindparam("position", type_=String))
    .order_by(slots.c.area)
    .limit(_limit)
)
_key = slots.c.key
_places = prepare(
    select(slots.c.area.label("of_area"), _key.label("of_key")).where(
        among(slots.c.area, "areas"),
        or_(
            _key < bindparam("first_window", type_=String),
            and_(_key > SOON, _key < bindparam("first_soon", type_=String)),
        ),
    )
)
_remove_place = prepare(
    delete(slots).where(slots.c.area == bindparam("of_area"), _key == bindparam("of_key"))
)


async def old_places(connection: Connection, position: str, before: datetime, limit: int) -> Found:
    """Area by area: what was left of a slot says nothing once its day is over."""
    values = {"position": position, "limit": max(limit // 10, 2)}
    areas = (await connection.execute(_areas, values)).scalars()
    day = f"{before.astimezone(SHANGHAI):%Y%m%d}"
    dates = {"areas": areas, "first_window": day, "first_soon": f"{SOON}-{day}"}
    rows = (await connection.execute(_places, dates)).mappings()
    more = len(areas) == values["limit"]
    return Found(rows, areas[-1] if more else "", more=more)


async def delete_places(tx: Tx, keys: Sequence[Any]) -> int:
    if keys:
        await tx.execute(_remove_place, list(keys))
    return len(keys)
