"""The table of what partners told: a row for each event."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.sql.elements import ColumnElement

from bff.db.database import Tx
from bff.db.tables import webhook_events

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


def _heard(row: RowMapping) -> Heard:
    return Heard(**{**row, "status": Status(row["status"])})


async def find(tx: Tx, partner: str, event_id: str) -> Heard | None:
    c = webhook_events.c
    return await _first(tx, (c.partner == partner) & (c.event_id == event_id))


async def by_id(tx: Tx, heard_id: int) -> Heard | None:
    return await _first(tx, webhook_events.c.id == heard_id)


async def _first(tx: Tx, which: ColumnElement[bool]) -> Heard | None:
    row = (await tx.execute(select(webhook_events).where(which))).mappings().first()
    return _heard(row) if row else None


async def waiting(tx: Tx, subject_id: str) -> Sequence[Heard]:
    """In the order of their arrival."""
    statement = (
        select(webhook_events)
        .where(
            webhook_events.c.subject_id == subject_id,
            webhook_events.c.status == Status.WAITING,
        )
        .order_by(webhook_events.c.id)
        .limit(TRIED_AT_ONCE)
    )
    return [_heard(row) for row in (await tx.execute(statement)).mappings()]


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
    added = insert(webhook_events).values(**row).returning(webhook_events.c.id)
    return Heard(id=(await tx.execute(added)).scalar_one(), **row)


async def note(tx: Tx, heard: Heard, **values: Any) -> Heard:
    """The event with its new values."""
    values |= {"ended_at": _end(tx, values["status"])}
    here = webhook_events.c.id == heard.id
    await tx.execute(update(webhook_events).where(here).values(**values))
    return replace(heard, **values)


def _end(tx: Tx, status: Status) -> datetime | None:
    return None if status is Status.WAITING else tx.now
