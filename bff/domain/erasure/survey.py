"""What there is of a shopper, and what an erasure makes of it."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, String, and_, bindparam, exists, func, or_, select, union_all

from bff.db.connection import Connection
from bff.db.statements import Prepared, prepare
from bff.db.tables import (
    addresses,
    behaviours,
    idempotency,
    ledger_entries,
    order_lines,
    orders,
    payments,
    photos,
    pickups,
    refunds,
    returns,
    shoppers,
    star_changes,
    webhook_events,
)
from bff.domain.erasure.matters import PAYMENTS_OF, PICKUPS_OF, RETURNS_OF
from bff.domain.erasure.model import Fate, Holding

NOT_NEEDED = "not needed any more (个人信息保护法, art. 47)"
TRADE = "three years at least (电子商务法, art. 31)"
BOOKS = "30 years (会计档案管理办法, art. 14)"

_shopper = bindparam("shopper_id", type_=String)
_of_shopper = returns.c.shopper_id == _shopper
_refunds_of = select(refunds.c.id).where(
    refunds.c.shopper_id == _shopper, refunds.c.return_id.in_(RETURNS_OF)
)
_orders_of = select(orders.c.id).where(orders.c.shopper_id == _shopper)
_shipped = exists().where(
    orders.c.shopper_id == _shopper, orders.c.ship_to_address_id == addresses.c.id
)
_collected = exists().where(
    pickups.c.shopper_id == _shopper,
    pickups.c.id.in_(PICKUPS_OF),
    pickups.c.address_id == addresses.c.id,
)
_used = or_(_shipped, _collected)
_has_courier = or_(
    pickups.c.courier_name.is_not(None),
    pickups.c.courier_phone.is_not(None),
    pickups.c.pickup_code.is_not(None),
)


def _count(*conditions: ColumnElement[bool]) -> Prepared[Any]:
    return prepare(select(func.count()).where(*conditions))


def _counts() -> Iterator[tuple[str, Prepared[Any], Fate, str]]:
    owned = addresses.c.owner_id == _shopper
    of_pickups = and_(pickups.c.shopper_id == _shopper, pickups.c.return_id.in_(RETURNS_OF))
    of_photos = (photos.c.shopper_id == _shopper, photos.c.return_id.in_(RETURNS_OF))
    yield "nickname", _count(shoppers.c.id == _shopper), Fate.DELETED, NOT_NEEDED
    yield "addresses that nothing used", _count(owned, ~_used), Fate.DELETED, NOT_NEEDED
    yield "addresses of parcels", _count(owned, _used), Fate.MASKED, "only the area stays"
    yield "photos", _count(*of_photos), Fate.DELETED, NOT_NEEDED
    yield "couriers' names and phones", _count(of_pickups, _has_courier), Fate.DELETED, NOT_NEEDED
    refused = (_of_shopper, returns.c.refused_at.is_not(None))
    yield "notes and photos of refusals", _count(*refused), Fate.DELETED, NOT_NEEDED
    theirs = webhook_events.c.shopper_id == _shopper
    about = or_(
        webhook_events.c.subject_id.in_(RETURNS_OF),
        webhook_events.c.subject_id.in_(_orders_of),
        webhook_events.c.subject_id == _shopper,
    )
    yield (
        "words of partners' reports",
        _count(theirs, about),
        Fate.DELETED,
        "who sent what, when, stays",
    )
    answered = idempotency.c.shopper_id == _shopper
    yield "answers under idempotency keys", _count(answered), Fate.DELETED, NOT_NEEDED
    rated = star_changes.c.shopper_id == _shopper
    yield "changes of stars", _count(rated), Fate.DELETED, NOT_NEEDED
    behaved = behaviours.c.shopper_id == _shopper
    yield "what counted for the stars", _count(behaved), Fate.DELETED, NOT_NEEDED
    yield "orders", _count(orders.c.shopper_id == _shopper), Fate.STAYS, TRADE
    lines = (order_lines.c.shopper_id == _shopper, order_lines.c.order_id.in_(_orders_of))
    yield "order lines", _count(*lines), Fate.STAYS, TRADE
    yield "returns", _count(_of_shopper), Fate.STAYS, TRADE
    paid = (payments.c.shopper_id == _shopper, payments.c.return_id.in_(RETURNS_OF))
    yield "payments", _count(*paid), Fate.STAYS, BOOKS
    subjects = union_all(_refunds_of, PICKUPS_OF, PAYMENTS_OF)
    booked = (ledger_entries.c.shopper_id == _shopper, ledger_entries.c.subject_id.in_(subjects))
    yield "entries of the ledger", _count(*booked), Fate.STAYS, BOOKS


_COUNTS = list(_counts())


async def holdings(connection: Connection, shopper_id: str) -> list[Holding]:
    """What goes first; then what is masked and what stays. Of what there is nothing, no entry."""
    values = {"shopper_id": shopper_id}
    found = [
        Holding(what, (await connection.execute(counting, values)).scalar(), fate, reason)
        for what, counting, fate, reason in _COUNTS
    ]
    return [one for one in found if one.count]
