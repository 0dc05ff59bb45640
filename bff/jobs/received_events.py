"""The table of what partners told: a row for each event."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import Integer, bindparam, insert, select

from bff.db.database import Tx
from bff.db.statements import Prepared, prepare, prepare_models
from bff.db.tables import webhook_events
from bff.db.updates import note as change

TRIED_AT_ONCE = 100


class Status(StrEnum):
    DONE = "DONE"
    WAITING = "WAITING"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class Message:
    """An event whose form is good: `data` is JSON, `digest` is of the whole body."""

    partner: str
    event_id: str
    type: str
    digest: str
    data: str


@dataclass(frozen=True, slots=True)
class Heard:
    """`code` and `reason` say why it waits or is refused; `attempts` counts its timer's."""

    id: int
    partner: str
    event_id: str
    type: str
    subject_id: str
    digest: str
    status: Status
    code: str | None
    reason: str | None
    attempts: int
    data: str
    received_at: datetime
    ended_at: datetime | None

    @property
    def message(self) -> Message:
        return Message(self.partner, self.event_id, self.type, self.digest, self.data)


_c = webhook_events.c
_all = select(webhook_events)
_find = prepare_models(
    Heard,
    _all.where(_c.partner == bindparam("partner"), _c.event_id == bindparam("event_id")),
)
_by_id = prepare_models(Heard, _all.where(_c.id == bindparam("id")))
_waiting = prepare_models(
    Heard,
    _all.where(_c.subject_id == bindparam("subject_id"), _c.status == Status.WAITING)
    .order_by(_c.id)
    .limit(bindparam("most", type_=Integer)),
)


async def find(tx: Tx, partner: str, event_id: str) -> Heard | None:
    return (await tx.execute(_find, {"partner": partner, "event_id": event_id})).first()


async def by_id(tx: Tx, heard_id: int) -> Heard | None:
    return (await tx.execute(_by_id, {"id": heard_id})).first()


async def waiting(tx: Tx, subject_id: str) -> Sequence[Heard]:
    """In the order of their arrival."""
    return (await tx.execute(_waiting, {"subject_id": subject_id, "most": TRIED_AT_ONCE})).all()


async def add(tx: Tx, message: Message, subject_id: str, **verdict: Any) -> Heard:
    row = {
        "partner": message.partner,
        "event_id": message.event_id,
        "type": message.type,
        "subject_id": subject_id,
        "digest": message.digest,
        "attempts": 0,
        "data": message.data,
        "received_at": tx.now,
        "ended_at": _end(tx, verdict["status"]),
        **verdict,
    }
    added = await tx.execute(_add(tuple(row)), row)
    return Heard(**{"code": None, "reason": None, **row, "id": added.scalar()})


@cache
def _add(names: tuple[str, ...]) -> Prepared[Any]:
    return prepare(insert(webhook_events).returning(_c.id), given=names)


async def note(tx: Tx, heard: Heard, **values: Any) -> Heard:
    """The event with its new values."""
    values |= {"ended_at": _end(tx, values["status"])}
    await change(tx, webhook_events, heard.id, values)
    return replace(heard, **values)


def _end(tx: Tx, status: Status) -> datetime | None:
    return None if status is Status.WAITING else tx.now
