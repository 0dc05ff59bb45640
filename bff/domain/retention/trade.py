"""Orders of shoppers who were erased, with their returns; and the books, long after."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, String, and_, bindparam, delete, or_, select, union

from bff.core import ids
from bff.db.connection import Connection
from bff.db.elements import among
from bff.db.statements import prepare
from bff.db.tables import (
    addresses,
    credit_notes,
    credited_returns,
    erasures,
    events,
    ledger_entries,
    missed_deadlines,
    order_lines,
    orders,
    outbox,
    past_offers,
    payments,
    photos,
    pickups,
    refunds,
    returns,
    timers,
    webhook_events,
)
from bff.db.tables.base import Moment
from bff.db.transaction import Tx
from bff.domain.orders.store import LINE_ID
from bff.domain.retention.model import Found
from bff.domain.retention.open_subjects import open_subjects
from bff.domain.returns.model import DeadlineKind

SHOPPERS_TOGETHER = 20

_before = bindparam("before", type_=Moment)
_limit = bindparam("limit", type_=Integer)
_position = bindparam("position", type_=String)
_erased = prepare(
    select(erasures.c.shopper_id)
    .where(erasures.c.shopper_id >= _position, erasures.c.ended_at.is_not(None))
    .order_by(erasures.c.shopper_id)
    .limit(SHOPPERS_TOGETHER)
)
_orders = prepare(
    select(orders.c.id, orders.c.shopper_id)
    .where(
        among(orders.c.shopper_id, "shoppers"),
        orders.c.paid_at < _before,
        or_(orders.c.shipped_at.is_(None), orders.c.shipped_at < _before),
        or_(orders.c.received_at.is_(None), orders.c.received_at < _before),
    )
    .order_by(orders.c.shopper_id, orders.c.paid_at, orders.c.id)
    .limit(_limit)
)
_unswept = (
    select(photos.c.id).where(photos.c.return_id == returns.c.id, photos.c.swept_at.is_(None))
).exists()
# Of orders whose returns are too young, or have a photo's file still
_busy = prepare(
    select(order_lines.c.order_id)
    .join(returns, returns.c.order_line_id == LINE_ID)
    .where(
        among(order_lines.c.order_id, "orders"),
        or_(returns.c.ended_at.is_(None), returns.c.ended_at >= _before, _unswept),
    )
)
_returned = (
    select(returns.c.id)
    .join(order_lines, returns.c.order_line_id == LINE_ID)
    .where(among(order_lines.c.order_id, "orders"))
)
_returned_ids = prepare(_returned)


async def old_orders(connection: Connection, position: str, before: datetime, limit: int) -> Found:
    """Of erased shoppers, once order and returns are old enough (电子商务法, art. 31)."""
    shoppers = (await connection.execute(_erased, {"position": position})).scalars()
    values = {"shoppers": shoppers, "before": before, "limit": limit}
    found = (await connection.execute(_orders, values)).all()
    order_ids = [row.id for row in found]
    busy = set((await connection.execute(_busy, {"orders": order_ids, "before": before})).scalars())
    returned = (await connection.execute(_returned_ids, {"orders": order_ids})).scalars()
    busy |= await open_subjects(connection, [*returned, *order_ids])
    keys = [key for key in order_ids if key not in busy]
    if keys and len(order_ids) == limit:  # theirs first
        return Found(keys, position, more=True)
    more = len(shoppers) == SHOPPERS_TOGETHER
    return Found(keys, shoppers[-1] if more else "", more=more)


_of_lines = select(LINE_ID).where(among(order_lines.c.order_id, "orders"))
_pickups_of = select(pickups.c.id).where(among(pickups.c.return_id, "returns"))
# In the order in which rows refer to one another
_OF_RETURNS = [
    prepare(delete(table).where(condition))
    for table, condition in (
        (credited_returns, among(credited_returns.c.return_id, "returns")),
        (missed_deadlines, among(missed_deadlines.c.return_id, "returns")),
        (past_offers, past_offers.c.pickup_id.in_(_pickups_of)),
        (outbox, or_(outbox.c.subject_id.in_(_pickups_of), among(outbox.c.subject_id, "returns"))),
        (pickups, among(pickups.c.return_id, "returns")),
        (photos, among(photos.c.return_id, "returns")),
        (refunds, among(refunds.c.return_id, "returns")),
        (events, among(events.c.topic, "returns")),
        (webhook_events, among(webhook_events.c.subject_id, "returns")),
        (
            timers,
            and_(timers.c.kind.in_(list(DeadlineKind)), among(timers.c.subject_id, "returns")),
        ),
        (returns, among(returns.c.id, "returns")),
    )
]
_OF_ORDERS = [
    prepare(delete(table).where(condition))
    for table, condition in (
        (credit_notes, credit_notes.c.order_line_id.in_(_of_lines)),
        (webhook_events, among(webhook_events.c.subject_id, "orders")),
        (order_lines, among(order_lines.c.order_id, "orders")),
        (orders, among(orders.c.id, "orders")),
    )
]
_owners = prepare(select(orders.c.shopper_id).distinct().where(among(orders.c.id, "orders")))
_has_orders = select(orders.c.id).where(orders.c.shopper_id == addresses.c.owner_id).exists()
_remove_addresses = prepare(
    delete(addresses).where(among(addresses.c.owner_id, "owners"), ~_has_orders)
)


async def delete_orders(tx: Tx, keys: Sequence[Any]) -> int:
    """With all that is theirs but payments and ledger; with the last, the masked addresses."""
    returned = (await tx.execute(_returned_ids, {"orders": keys})).scalars()
    owners = (await tx.execute(_owners, {"orders": keys})).scalars()
    for statement in _OF_RETURNS:
        await tx.execute(statement, {"returns": returned})
    for statement in _OF_ORDERS:
        await tx.execute(statement, {"orders": keys})
    await tx.execute(_remove_addresses, {"owners": owners})
    return len(keys)


_entry, _payment = ledger_entries.c, payments.c


def _made_before(column: Any) -> Any:
    """Of a payment, a pickup or a refund that was made before the moment."""
    kinds = (ids.PAYMENT, ids.PICKUP, ids.REFUND)
    return or_(
        *(and_(column >= f"{kind}_", column < bindparam(kind, type_=String)) for kind in kinds)
    )


_booked = union(
    select(_payment.id.label("key")).where(_payment.id >= _position, _made_before(_payment.id)),
    select(_entry.subject_id).where(
        _entry.subject_id >= _position, _made_before(_entry.subject_id)
    ),
).subquery("booked")
_subjects = prepare(select(_booked.c.key).order_by(_booked.c.key).limit(_limit))
_there = prepare(
    union(
        select(refunds.c.id).where(among(refunds.c.id, "keys")),
        select(pickups.c.id).where(among(pickups.c.id, "keys")),
        select(_payment.id)
        .join(returns, returns.c.id == _payment.return_id)
        .where(among(_payment.id, "keys")),
        select(_entry.subject_id).where(among(_entry.subject_id, "keys"), _entry.at >= _before),
    )
)
_remove_entries = prepare(delete(ledger_entries).where(among(_entry.subject_id, "keys")))
_remove_payments = prepare(delete(payments).where(among(_payment.id, "keys")))


async def old_books(connection: Connection, position: str, before: datetime, limit: int) -> Found:
    """Payments and postings whose return is gone (会计档案管理办法, art. 14)."""
    kinds = (ids.PAYMENT, ids.PICKUP, ids.REFUND)
    firsts = {kind: ids.first_id(kind, before) for kind in kinds}
    values = {**firsts, "position": position, "limit": limit}
    keys = (await connection.execute(_subjects, values)).scalars()
    there = await connection.execute(_there, {"keys": keys, "before": before})
    more, needed = len(keys) == limit, set(there.scalars())
    last = keys[-1] if more else ""
    return Found([key for key in keys if key not in needed], last, more=more)


async def delete_books(tx: Tx, keys: Sequence[Any]) -> int:
    await tx.execute(_remove_entries, {"keys": keys})
    await tx.execute(_remove_payments, {"keys": keys})
    return len(keys)
