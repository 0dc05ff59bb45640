"""A worker, its timers' handlers and its dispatcher, which misbehave as a test wants."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import select

from bff.core.refusal import NotFound
from bff.db import events
from bff.db.database import Database
from bff.db.tables import timers as timers_table
from bff.db.transaction import Tx
from bff.domain.payments.model import PAYMENT_REQUESTED
from bff.domain.pickups.bookings import PICKUP_REQUESTED
from bff.domain.pickups.service import PICKUP_CANCELLED
from bff.jobs import outbox, timers
from bff.jobs.delivery import Delivery, PartnerError
from bff.jobs.outbox import OutboxMessage
from bff.jobs.timers import Handler
from bff.jobs.worker import Worker

MARKS = "marks"
SECOND = timedelta(seconds=1)
HANG_S = 60
ROUTES = {
    "payments": frozenset({PAYMENT_REQUESTED}),
    "courier": frozenset({PICKUP_REQUESTED, PICKUP_CANCELLED}),
}


async def leave_mark(tx: Tx, subject_id: str) -> None:
    await events.append(tx, "sho_1", MARKS, subject_id, {})


async def mark_and_break(tx: Tx, subject_id: str) -> None:
    await leave_mark(tx, subject_id)
    raise ConnectionError("broken")


async def mark_and_refuse(tx: Tx, subject_id: str) -> None:
    await leave_mark(tx, subject_id)
    raise NotFound("subject")


class FlakyDispatcher:
    """Carries messages to a partner whose system is down for the first `failures` calls."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.calls: list[str] = []
        self.called = asyncio.Event()
        self.hangs: set[str] = set()
        self.routes = ROUTES

    async def dispatch(self, outgoing: OutboxMessage) -> None:
        self.calls.append(outgoing.subject_id)
        self.called.set()
        if outgoing.message == "nobody's":
            raise KeyError(outgoing.message)
        if outgoing.subject_id in self.hangs:
            await asyncio.sleep(HANG_S)
        if len(self.calls) <= self.failures:
            raise PartnerError("no route")


def worker_for(
    db: Database, handlers: Mapping[str, Handler] | None = None, post: FlakyDispatcher | None = None
) -> Worker:
    return Worker(db, Delivery(db, post or FlakyDispatcher()), handlers or {"mark": leave_mark})


async def schedule(db: Database, subject_id: str, due_at: datetime, kind: str = "mark") -> None:
    await db.write(lambda tx: timers.schedule(tx, "sho_1", kind, subject_id, due_at))


async def post(db: Database, subject_id: str, message: str = PICKUP_REQUESTED) -> None:
    await db.write(lambda tx: outbox.post(tx, "sho_1", message, subject_id))


async def marks(db: Database) -> list[str]:
    async with db.read() as connection:
        return [event.kind for event in await events.read_after(connection, "sho_1", MARKS, 0)]


async def pending(db: Database) -> list[tuple[str, datetime]]:
    async with db.read() as connection:
        rows = await connection.execute(select(timers_table).order_by(timers_table.c.id))
        return [(row.subject_id, row.due_at) for row in rows]


async def outbox_messages(db: Database) -> list[OutboxMessage]:
    """All that are in the outbox, due or not."""
    async with db.read() as connection:
        return await outbox.all_messages(connection)


async def ended(running: asyncio.Task[None]) -> None:
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
