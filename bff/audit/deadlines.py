"""Deadlines: each has its timer, and no return or report waits for nothing."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, exists, or_, select, union

from bff.audit.law import Finding, RowLaw, Span, Words, shanghai_time, within
from bff.db.connection import Connection
from bff.db.statements import prepare
from bff.db.tables import pickups, refunds, returns, timers, webhook_events
from bff.db.transaction import Caches
from bff.domain.policy.model import Policy
from bff.domain.policy.store import PolicyBook
from bff.domain.returns.model import ENDED, Case, DeadlineKind
from bff.domain.returns.next_actions import next_actions
from bff.domain.returns.rules.deadlines import deadlines
from bff.domain.returns.store import cases_by_return
from bff.jobs.received_events import TRY_AGAIN, Status

_is_deadline = timers.c.kind.in_(sorted(DeadlineKind))
# All returns to which something can happen, or is set to.
_going_on = prepare(
    union(
        select(returns.c.id).where(within(returns.c.id), returns.c.status.not_in(sorted(ENDED))),
        select(refunds.c.return_id).where(
            within(refunds.c.return_id),
            or_(refunds.c.retry_at.is_not(None), refunds.c.owed_since.is_not(None)),
        ),
        select(pickups.c.return_id).where(
            within(pickups.c.return_id), pickups.c.fee_due_by.is_not(None)
        ),
        select(timers.c.subject_id).where(within(timers.c.subject_id), _is_deadline),
    )
)
_set = prepare(
    select(timers.c.subject_id, timers.c.kind, timers.c.due_at)
    .where(within(timers.c.subject_id), _is_deadline)
    .order_by(timers.c.due_at)
)

Timers = Mapping[str, datetime]
Judge = Callable[[Case, Policy, Timers], Iterator[Words]]


@dataclass(frozen=True)
class CaseLaw:
    """`judge` gives what breaks it in a return that goes on."""

    name: str
    claim: str
    judge: Judge

    @property
    def key(self) -> ColumnElement[Any]:
        return returns.c.id

    async def look(self, connection: Connection, span: Span, caches: Caches) -> list[Finding]:
        values = span._asdict()
        going_on = (await connection.execute(_going_on, values)).scalars()
        if not going_on:
            return []
        cases = await cases_by_return(connection, going_on)
        set_timers: dict[str, dict[str, datetime]] = {}
        for return_id, kind, due_at in await connection.execute(_set, values):
            set_timers.setdefault(return_id, {})[kind] = due_at
        book, findings = caches.get(PolicyBook), []
        for key, case in cases.items():
            policy = await book.version(connection, case.this_return.policy_version)
            findings += [
                Finding(self.name, key, {"return_id": key}, *words)
                for words in self.judge(case, policy, set_timers.get(key, {}))
            ]
        return findings


def _timers_of(case: Case, policy: Policy, known: Timers) -> Iterator[Words]:
    wanted = {one.what.value: one.at for one in deadlines(case, policy)}
    if wanted != known:
        yield Words(_timetable(wanted), _timetable(known))


def _timetable(moments: Timers) -> str:
    listed = [f"{what} at {shanghai_time(at)}" for what, at in moments.items()]
    return f"timers: {', '.join(listed) or 'none'}"


def _next_step(case: Case, policy: Policy, _: Timers) -> Iterator[Words]:
    """That a pickup could be booked is no step that somebody else waits for."""
    if not case.this_return.ended and not next_actions(case, policy, pickup_offered=False):
        yield Words("somebody who acts next, or a deadline", f"none, in {case.this_return.status}")


TIMERS = CaseLaw(
    name="timers of deadlines",
    claim="The timers of a return are its deadlines.",
    judge=_timers_of,
)
NEXT_STEP = CaseLaw(
    name="next step",
    claim="Somebody has the next action in each open return.",
    judge=_next_step,
)
_of_return = and_(_is_deadline, ~exists().where(returns.c.id == timers.c.subject_id))
_waiting = and_(webhook_events.c.status == Status.WAITING)
_of_report = and_(
    timers.c.kind == TRY_AGAIN,
    ~exists().where(cast(webhook_events.c.id, String) == timers.c.subject_id, _waiting),
)
STRAYS = RowLaw(
    name="stray timers",
    claim="Each timer is of a return that is there, or of a report that waits.",
    key=timers.c.subject_id,
    wrong=select(
        timers.c.subject_id.label("key"), timers.c.subject_id.label("subject"), timers.c.kind
    ).where(within(timers.c.subject_id), or_(_of_return, _of_report)),
    ids=("subject", "kind"),
    words=lambda row: Words(
        "a report that waits" if row.kind == TRY_AGAIN else "a return with this id", "none"
    ),
)
REPORTS = RowLaw(
    name="waiting reports",
    claim="Each report that waits has a timer at which it is tried again.",
    key=webhook_events.c.id,
    wrong=select(
        webhook_events.c.id.label("key"),
        webhook_events.c.id.label("report"),
        webhook_events.c.subject_id.label("subject"),
        webhook_events.c.type,
    ).where(
        within(webhook_events.c.id),
        _waiting,
        ~exists().where(
            timers.c.kind == TRY_AGAIN,
            timers.c.subject_id == cast(webhook_events.c.id, String),
        ),
    ),
    ids=("report", "subject"),
    words=lambda row: Words(f"a timer for {row.type}, which waits", "none"),
)
LAWS = (TIMERS, NEXT_STEP, STRAYS, REPORTS)
