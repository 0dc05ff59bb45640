"""The table of events from outside: a row for each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Integer, String, bindparam, cast, insert, select

from bff.core.ids import NO_SHOPPER
from bff.db.connection import Connection
from bff.db.elements import among, of_owner
from bff.db.locks import lock
from bff.db.statements import Prepared, prepare, prepare_models
from bff.db.tables import orders, timers, webhook_events
from bff.db.transaction import Tx
from bff.db.updates import update_own
from bff.jobs import timers as jobs
from bff.jobs.timers import WORK

TRY_AGAIN = "webhook.try_again"  # the timer of each that waits
MAX_TRIED = 100


class Status(StrEnum):
    DONE = "DONE"
    WAITING = "WAITING"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class IncomingEvent:
    """`data` is JSON, `payload` what was validated of it; `digest` is of the whole body.

    `happened_at`: when it happened, as the partner says.
    """

    partner: str
    event_id: str
    type: str
    digest: str
    data: str
    payload: BaseModel
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class ReceivedEvent:
    """`code` and `reason` say why it waits or is refused; `attempts` counts those of its timer.

    `shopper_id` is NO_SHOPPER where nothing is known of the subject, as of an order to come.
    """

    id: int
    partner: str
    event_id: str
    type: str
    subject_id: str
    shopper_id: str
    digest: str
    status: Status
    code: str | None
    reason: str | None
    attempts: int
    data: str
    happened_at: datetime
    received_at: datetime
    ended_at: datetime | None
    dismissed_at: datetime | None = None


_c = webhook_events.c
_all = select(webhook_events)
_find = prepare_models(
    ReceivedEvent,
    _all.where(_c.partner == bindparam("partner"), _c.event_id == bindparam("event_id")),
)
_by_id = prepare_models(ReceivedEvent, _all.where(_c.id == bindparam("id")))
_waiting = prepare_models(
    ReceivedEvent,
    _all.where(
        of_owner(webhook_events),
        _c.subject_id == bindparam("subject_id"),
        _c.status == Status.WAITING,
    )
    .order_by(_c.id)
    .limit(bindparam("limit", type_=Integer)),
)
_of_subjects = among(_c.subject_id, "subject_ids")
_about = prepare_models(
    ReceivedEvent, _all.where(of_owner(webhook_events), _of_subjects).order_by(_c.id)
)
_waiting_timers = select(cast(_c.id, String)).where(
    of_owner(webhook_events), _of_subjects, _c.status == Status.WAITING
)
_release = prepare(
    timers.update()
    .where(of_owner(timers))
    .where(timers.c.kind == TRY_AGAIN, timers.c.subject_id.in_(_waiting_timers))
    .where(timers.c.due_at > bindparam("now")),
    inputs=["due_at"],
)
_known = select(orders.c.shopper_id).where(orders.c.id == _c.subject_id)
_adopt = prepare(
    webhook_events.update()
    .where(_c.shopper_id == NO_SHOPPER, _of_subjects, _known.exists())
    .values(shopper_id=_known.scalar_subquery())
    .returning(_c.id, _c.shopper_id, _c.status)
)


async def find(tx: Tx, partner: str, event_id: str) -> ReceivedEvent | None:
    return (await tx.execute(_find, {"partner": partner, "event_id": event_id})).first()


async def lock_event(tx: Tx, received_id: int) -> ReceivedEvent | None:
    """As it is once the shopper whom it is about is locked."""
    known = (await tx.execute(_by_id, {"id": received_id})).first()
    if known is None:
        return None
    await lock(tx, [known.subject_id])
    kept = (await tx.execute(_by_id, {"id": received_id})).first()
    return await owned(tx, kept) if kept else None


async def owned(tx: Tx, kept: ReceivedEvent) -> ReceivedEvent:
    """With its shopper, if that is known by now."""
    if kept.shopper_id != NO_SHOPPER:
        return kept
    await adopt(tx, [kept.subject_id])
    return (await tx.execute(_by_id, {"id": kept.id})).first() or kept


async def waiting(tx: Tx, shopper_id: str, subject_id: str) -> Sequence[ReceivedEvent]:
    """In the order of their arrival."""
    values = {"shopper_id": shopper_id, "subject_id": subject_id, "limit": MAX_TRIED}
    return (await tx.execute(_waiting, values)).all()


async def about(
    connection: Connection, shopper_id: str, subject_ids: Collection[str]
) -> list[ReceivedEvent]:
    """All that was reported of these lives of a shopper, in the order of arrival."""
    values = {"shopper_id": shopper_id, "subject_ids": subject_ids}
    return (await connection.execute(_about, values)).all()


async def release(tx: Tx, shopper_id: str, subject_ids: Collection[str]) -> None:
    """Something has changed these lives: what waits for it is tried again at once."""
    subjects = {"shopper_id": shopper_id, "subject_ids": subject_ids}
    values = {**subjects, "now": tx.now, "due_at": tx.now}
    if (await tx.execute(_release, values)).rowcount:
        tx.topics.add(WORK)


async def adopt(tx: Tx, order_ids: Collection[str]) -> None:
    """What was reported of orders before they were known becomes their shoppers'; what waits for
    them is tried again at once."""
    for row in (await tx.execute(_adopt, {"subject_ids": order_ids})).all():
        if row.status == Status.WAITING:
            await jobs.sync(tx, row.shopper_id, str(row.id), [TRY_AGAIN], {TRY_AGAIN: tx.now})


async def add(
    tx: Tx, event: IncomingEvent, shopper_id: str, subject_id: str, **verdict: Any
) -> ReceivedEvent:
    row = {
        "shopper_id": shopper_id,
        "partner": event.partner,
        "event_id": event.event_id,
        "type": event.type,
        "subject_id": subject_id,
        "digest": event.digest,
        "attempts": 0,
        "data": event.data,
        "happened_at": event.happened_at,
        "received_at": tx.now,
        "ended_at": _end(tx, verdict["status"]),
        **verdict,
    }
    added = await tx.execute(_add(tuple(row)), row)
    return ReceivedEvent(**{"code": None, "reason": None, **row, "id": added.scalar()})


@cache
def _add(names: tuple[str, ...]) -> Prepared[Any]:
    return prepare(insert(webhook_events).returning(_c.id), inputs=names)


async def update(tx: Tx, received: ReceivedEvent, **values: Any) -> ReceivedEvent:
    """The event with its new values."""
    values |= {"ended_at": _end(tx, values["status"])}
    await update_own(tx, webhook_events, received, values)
    return replace(received, **values)


def _end(tx: Tx, status: Status) -> datetime | None:
    return None if status is Status.WAITING else tx.now
