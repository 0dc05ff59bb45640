"""What is to happen later: rows that outlive the process, fired once, late rather than lost."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam, delete, func, not_, select, update

from bff.db.connection import Connection
from bff.db.elements import among, of_owner, upsert
from bff.db.statements import prepare, prepare_models
from bff.db.tables import timers
from bff.db.transaction import Tx

WORK = "worker"

# What is done in the transaction in which a timer goes; it is given the timer's subject.
Handler = Callable[[Tx, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Timer:
    """`shopper_id` is NO_SHOPPER where it is nobody's, or not known whose."""

    id: int
    kind: str
    subject_id: str
    due_at: datetime
    shopper_id: str


_FIELDS = ["shopper_id", "kind", "subject_id", "due_at"]
_added = upsert(timers)
_schedule = prepare(_added.on_conflict_do_nothing(), inputs=_FIELDS)
_set = prepare(
    _added.on_conflict_do_update(
        index_elements=["kind", "subject_id"],
        set_={"due_at": _added.excluded.due_at, "shopper_id": _added.excluded.shopper_id},
    ),
    inputs=_FIELDS,
)
_stale = prepare(
    delete(timers).where(
        of_owner(timers),
        timers.c.subject_id == bindparam("subject_id"),
        among(timers.c.kind, "kinds"),
        not_(among(timers.c.kind, "wanted")),
    )
)
_due = prepare_models(
    Timer,
    select(timers)
    .where(timers.c.due_at <= bindparam("now"))
    .order_by(timers.c.due_at)
    .limit(bindparam("limit", type_=Integer)),
)
_next_due = prepare(select(func.min(timers.c.due_at)))
# What another process is firing is locked there, and passed over.
_next = (
    select(timers.c.id)
    .where(timers.c.due_at <= bindparam("now"), not_(among(timers.c.id, "passed_over")))
    .order_by(timers.c.due_at)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_take = prepare_models(
    Timer, delete(timers).where(timers.c.id == _next.scalar_subquery()).returning(timers)
)
_is_same = (
    of_owner(timers),
    timers.c.id == bindparam("timer"),
    timers.c.due_at == bindparam("seen_due_at"),
)
_remove = prepare(delete(timers).where(*_is_same))
_postpone = prepare(update(timers).where(*_is_same), inputs=["due_at"])


async def schedule(tx: Tx, shopper_id: str, kind: str, subject_id: str, due_at: datetime) -> None:
    """Set once: a second one of the same kind and subject leaves the first as it is."""
    row = {"shopper_id": shopper_id, "kind": kind, "subject_id": subject_id, "due_at": due_at}
    await tx.execute(_schedule, row)
    tx.new_ids.discard(subject_id)
    tx.topics.add(WORK)


async def sync(
    tx: Tx,
    shopper_id: str,
    subject_id: str,
    kinds: Collection[str],
    wanted: Mapping[str, datetime],
) -> None:
    """Of `kinds`, the shopper's subject has the timers that are wanted, and no others."""
    subject = {"shopper_id": shopper_id, "subject_id": subject_id}
    if subject_id not in tx.new_ids:
        await tx.execute(_stale, {**subject, "kinds": kinds, "wanted": wanted})
    tx.new_ids.discard(subject_id)
    if not wanted:
        return
    rows = [{**subject, "kind": kind, "due_at": at} for kind, at in wanted.items()]
    await tx.execute(_set, rows)
    tx.topics.add(WORK)


async def due(connection: Connection, now: datetime, limit: int = 50) -> list[Timer]:
    return (await connection.execute(_due, {"now": now, "limit": limit})).all()


async def next_due(connection: Connection) -> datetime | None:
    moment: datetime | None = (await connection.execute(_next_due)).scalar()
    return moment


async def take(tx: Tx, passed_over: Collection[int]) -> Timer | None:
    """The timer that has been due for longest, off the table in the transaction of what it does.

    None where nothing is due but the ids in `passed_over`, and what others are taking.
    """
    return (await tx.execute(_take, {"now": tx.now, "passed_over": passed_over})).first()


async def remove(tx: Tx, timer: Timer) -> None:
    """Unless it was set anew meanwhile."""
    await tx.execute(_remove, _same(timer))


async def postpone(tx: Tx, timer: Timer, until: datetime) -> None:
    """Unless it was set anew meanwhile."""
    await tx.execute(_postpone, {**_same(timer), "due_at": until})


def _same(timer: Timer) -> dict[str, Any]:
    return {
        "shopper_id": timer.shopper_id,
        "timer": timer.id,
        "seen_due_at": timer.due_at,
    }
