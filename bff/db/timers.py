"""What is to happen later: rows that outlive the process, fired once, late rather than lost."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bff.db.database import Tx
from bff.db.tables import timers

WORK = "worker"

# What is done in the transaction in which a timer goes; it is given the timer's subject.
Handler = Callable[[Tx, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Timer:
    id: int
    kind: str
    subject_id: str
    due_at: datetime


async def schedule(tx: Tx, kind: str, subject_id: str, due_at: datetime) -> None:
    """Set once: asking again for the same kind and subject leaves the first as it is."""
    row = {"kind": kind, "subject_id": subject_id, "due_at": due_at}
    await tx.execute(insert(timers).on_conflict_do_nothing(), row)
    tx.topics.add(WORK)


async def sync(
    tx: Tx, subject_id: str, kinds: Collection[str], wanted: Mapping[str, datetime]
) -> None:
    """Of `kinds`, the subject has the timers that are wanted, and no others."""
    stale = delete(timers).where(
        timers.c.subject_id == subject_id,
        timers.c.kind.in_(kinds),
        timers.c.kind.not_in(wanted.keys()),
    )
    await tx.execute(stale)
    if not wanted:
        return
    rows = [{"kind": kind, "subject_id": subject_id, "due_at": at} for kind, at in wanted.items()]
    added = insert(timers)
    moved = added.on_conflict_do_update(
        index_elements=["kind", "subject_id"], set_={"due_at": added.excluded.due_at}
    )
    await tx.execute(moved, rows)
    tx.topics.add(WORK)


async def due(connection: AsyncConnection, now: datetime, limit: int = 50) -> list[Timer]:
    statement = select(timers).where(timers.c.due_at <= now).order_by(timers.c.due_at).limit(limit)
    return [Timer(**row) for row in (await connection.execute(statement)).mappings()]


async def next_due(connection: AsyncConnection) -> datetime | None:
    found: datetime | None = await connection.scalar(select(func.min(timers.c.due_at)))
    return found


async def claim(tx: Tx, timer: Timer) -> bool:
    """Take the timer off the table in the transaction of what it does."""
    gone = await tx.execute(
        delete(timers).where(timers.c.id == timer.id, timers.c.due_at == timer.due_at)
    )
    return gone.rowcount == 1


async def postpone(tx: Tx, timer: Timer, until: datetime) -> None:
    await tx.execute(update(timers).where(timers.c.id == timer.id).values(due_at=until))
