"""Reports that staff look at: those that wait or are refused, until staff have dismissed them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import and_, bindparam, case, func, not_, or_, select, update

from bff.db.connection import Connection
from bff.db.elements import among
from bff.db.statements import prepare, prepare_models
from bff.db.tables import webhook_events
from bff.db.tables.partners import report_is_open
from bff.db.transaction import Tx
from bff.jobs.inbox import MAX_WAIT, Code
from bff.jobs.received_events import Status

DAYS = 14


class Concern(StrEnum):
    """Why staff look at a report: from `OVERDUE` on, something is to be done.

    `OVERDUE`: a certain fact has waited for longer than makes sense. `GIVEN_UP`: it was no
    certain fact, and never made sense. `CONTRADICTS`: it was refused, as it cannot be true where
    the rest is.
    """

    WAITS = "WAITS"
    OVERDUE = "OVERDUE"
    GIVEN_UP = "GIVEN_UP"
    CONTRADICTS = "CONTRADICTS"


@dataclass(frozen=True, slots=True)
class OpenReport:
    """`happened_at` as the partner says; `data` is JSON."""

    id: int
    concern: Concern
    subject_id: str
    partner: str
    event_id: str
    type: str
    reason: str | None
    happened_at: datetime
    received_at: datetime
    attempts: int
    data: str


_c = webhook_events.c
_waits = _c.status == Status.WAITING
_is_old = _c.received_at <= bindparam("overdue_from")
_contradicts = and_(_c.code == Code.IMPOSSIBLE, _c.received_at > bindparam("since"))
_concern = case(
    (and_(_waits, _is_old), Concern.OVERDUE),
    (_waits, Concern.WAITS),
    (_c.code == Code.NEVER_MADE_SENSE, Concern.GIVEN_UP),
    else_=Concern.CONTRADICTS,
).label("concern")
_LASTING = (Code.TOO_EARLY, Code.FAULT, Code.NEVER_MADE_SENSE)
_shown = (report_is_open, or_(_c.code.in_(_LASTING), _contradicts))
_all = prepare_models(
    OpenReport,
    select(*(_c[name] for name in OpenReport.__match_args__ if name != "concern"), _concern)
    .where(*_shown)
    .order_by(_c.received_at.desc(), _c.id.desc()),
)
_counts = {
    concern: prepare(select(func.count()).where(report_is_open, condition))
    for concern, condition in {
        Concern.WAITS: and_(_waits, not_(_is_old)),
        Concern.OVERDUE: and_(_waits, _is_old),
        Concern.GIVEN_UP: _c.code == Code.NEVER_MADE_SENSE,
        Concern.CONTRADICTS: _contradicts,
    }.items()
}
_oldest_waiting = prepare(
    select(func.min(_c.received_at)).where(
        report_is_open, _waits, _c.code.in_((Code.TOO_EARLY, Code.FAULT))
    )
)
_to_dismiss = prepare(
    select(_c.id).where(among(_c.id, "ids"), report_is_open, or_(not_(_waits), _is_old))
)
_dismiss = prepare(update(webhook_events).where(among(_c.id, "ids")), inputs=["dismissed_at"])


class NotOpenError(ValueError):
    """Some reports that are to be dismissed need nobody, or are not there."""


async def all_reports(connection: Connection, now: datetime, days: int) -> list[OpenReport]:
    """The newest first. `days`: for how long those that contradict the state are shown."""
    return (await connection.execute(_all, _moments(now, days))).all()


async def report_counts(connection: Connection, now: datetime) -> dict[Concern, int]:
    values = _moments(now, DAYS)
    return {
        concern: (await connection.execute(counting, values)).scalar()
        for concern, counting in _counts.items()
    }


async def oldest_waiting(connection: Connection) -> datetime | None:
    """When the report came that waits longest."""
    moment: datetime | None = (await connection.execute(_oldest_waiting)).scalar()
    return moment


def _moments(now: datetime, days: int) -> dict[str, datetime]:
    return {"overdue_from": now - MAX_WAIT, "since": now - timedelta(days=days)}


async def dismiss(tx: Tx, ids: Collection[int]) -> None:
    """Staff have seen to them, and need not again. Raises NotOpenError, for all or none."""
    values = {"ids": ids, "overdue_from": tx.now - MAX_WAIT}
    found = (await tx.execute(_to_dismiss, values)).scalars()
    if missing := sorted({*ids}.difference(found)):
        raise NotOpenError(f"nothing to dismiss: {', '.join(map(str, missing))}")
    await tx.execute(_dismiss, {"ids": ids, "dismissed_at": tx.now})
