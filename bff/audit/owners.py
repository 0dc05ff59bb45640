"""Whose a row is: the shopper that it names is the one of what it is about."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Column, ColumnElement, Table, and_, case, cast, func, or_, select, true

from bff.audit.law import RowLaw, Words, within
from bff.core import ids
from bff.db.tables import (
    credited_returns,
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
    traces,
    webhook_events,
)
from bff.db.tables.base import LONG
from bff.db.tables.shards import shard_key
from bff.domain.stars.events import topic_of
from bff.jobs.received_events import TRY_AGAIN, Status

KIND_CHARACTERS = len("ret_")
_OWNED: Mapping[str, Table] = {
    ids.ORDER: orders,
    ids.RETURN: returns,
    ids.REFUND: refunds,
    ids.PICKUP: pickups,
    ids.PAYMENT: payments,
    ids.PHOTO: photos,
}


def _owner(subject: ColumnElement[str]) -> ColumnElement[str]:
    """NULL where the subject is not there."""
    kinds: dict[str, ColumnElement[str]] = {
        f"{kind}_": select(shard_key(table)).where(table.c.id == subject).scalar_subquery()
        for kind, table in _OWNED.items()
    }
    kinds[f"{ids.SHOPPER}_"] = subject
    of_stars = topic_of("")
    kinds[of_stars[:KIND_CHARACTERS]] = func.substr(subject, len(of_stars) + 1)
    return case(kinds, value=func.substr(subject, 1, KIND_CHARACTERS))


_report = cast(timers.c.subject_id, LONG)
_of_report = select(shard_key(webhook_events)).where(webhook_events.c.id == _report)
_of_timer = case(
    (timers.c.kind == TRY_AGAIN, _of_report.scalar_subquery()), else_=_owner(timers.c.subject_id)
)
# One that waits may be nobody's until it is tried again, though its order is known meanwhile.
_settled = or_(
    webhook_events.c.shopper_id != ids.NO_SHOPPER, webhook_events.c.status != Status.WAITING
)


def _law(
    subject: Column[str],
    owner: ColumnElement[str] | None = None,
    settled: ColumnElement[bool] | None = None,
) -> RowLaw:
    table = subject.table
    key = next(iter(table.primary_key))
    owner = _owner(subject) if owner is None else owner
    rows = (
        select(
            key.label("key"),
            subject.label("subject"),
            shard_key(table).label("shopper_id"),
            owner.label("owner"),
        )
        .where(within(key), true() if settled is None else settled)
        .subquery(f"owners_of_{table.name}")
    )
    row = rows.c
    return RowLaw(
        name=f"owners of {table.name}",
        claim=f"Each row of {table.name} names the shopper of what it is about.",
        key=key,
        wrong=select(row.key, row.key.label("row"), row.subject, row.shopper_id, row.owner).where(
            and_(row.owner.is_not(None), row.owner.is_distinct_from(row.shopper_id))
        ),
        ids=("row", "subject"),
        words=lambda found: Words(found.owner, found.shopper_id or "nobody"),
    )


def _laws() -> Iterator[RowLaw]:
    yield _law(order_lines.c.order_id)
    for table in (refunds, pickups, photos, payments, missed_deadlines, credited_returns):
        yield _law(table.c.return_id)
    yield _law(past_offers.c.pickup_id)
    yield _law(ledger_entries.c.subject_id)
    yield _law(events.c.topic)
    yield _law(timers.c.subject_id, _of_timer)
    yield _law(outbox.c.subject_id)
    yield _law(webhook_events.c.subject_id, settled=_settled)
    yield _law(traces.c.subject_id)


LAWS = tuple(_laws())
