"""Outbox messages on their way: a partner whose system hangs delays no other partner.

The messages of a subject go one at a time and in order; each partner has several under way.
A message is claimed before its call is made: of the processes on a database, one makes it. After a
crash it may be made again, once the lease has ended: its key is the same.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from operator import attrgetter
from typing import Protocol

import structlog

from bff.core import spans
from bff.core.faults import log_fault
from bff.core.ids import worker_name
from bff.db.connection import Connection
from bff.db.database import Database
from bff.db.transaction import Tx
from bff.jobs import outbox, retry
from bff.jobs.outbox import OutboxMessage

MAX_UNDER_WAY = 16  # for each partner and process
NO_PARTNER = "nobody"  # takes messages that have no route: they fail, and are seen
MAX_ATTEMPTS = 12
REST_S = 1.0
DRAIN_S = 10.0  # that calls under way have to end, once the process is to stop
# As long as a call may take, and a margin for the clocks of other machines.
LEASE = timedelta(seconds=15)
RENEWALS = 3  # of a lease before it ends
log = structlog.get_logger("bff.partners")


class PartnerError(Exception):
    """Why a call failed, in words for operators: it is tried again later."""


class RefusedCallError(PartnerError):
    """The partner refuses the call for good: it is not tried again."""


class PendingError(PartnerError):
    """The partner is still working on it: it is tried again, as long as that takes."""


CALL_OUTCOMES: Mapping[type[Exception], str] = {
    RefusedCallError: "refused",
    PendingError: "pending",
    TimeoutError: "timeout",
}


class MessageDispatcher(Protocol):
    @property
    def routes(self) -> Mapping[str, frozenset[str]]:
        """The messages that go to each partner."""
        ...

    async def dispatch(self, outgoing: OutboxMessage) -> None:
        """Raises RefusedCallError for what is not to be tried again, and whatever else fails."""
        ...


class Delivery:
    """After `max_attempts` a message is dead: it waits for an operator who resends it.

    `lease`: how long a message is this process's own after its last sign of life. `on_call` is
    called with the partner, what became of each call, and the seconds that it took.
    """

    def __init__(
        self,
        db: Database,
        dispatcher: MessageDispatcher,
        max_attempts: int = MAX_ATTEMPTS,
        lease: timedelta = LEASE,
    ) -> None:
        self._db = db
        self._dispatcher = dispatcher
        self._max_attempts = max_attempts
        self._lease = lease
        self._claimer = worker_name()
        self.on_call: Callable[[str, str, float], None] | None = None
        self._renewing: asyncio.Task[None] | None = None
        self._partners = {
            message: partner for partner, names in dispatcher.routes.items() for message in names
        }
        self._under_way: dict[str, dict[int, asyncio.Task[None]]] = {
            partner: {} for partner in (*dispatcher.routes, NO_PARTNER)
        }

    async def start(self) -> bool:
        """Start the messages whose turn it is; whether there were any."""
        async with self._db.read() as connection:
            due = [
                outgoing
                for message in await outbox.waiting_names(connection)
                for outgoing in await self._due(connection, message)
            ]
        if not (ids := self._within_limits(sorted(due, key=attrgetter("id")))):
            return False
        claimed = await self._db.write(lambda tx: outbox.claim(tx, ids, self._claimer, self._lease))
        for outgoing in claimed:
            partner = self._partner(outgoing.message)
            self._under_way[partner][outgoing.id] = asyncio.create_task(
                self._run(partner, outgoing)
            )
        if claimed and self._renewing is None:
            self._renewing = asyncio.create_task(self._renew())
        return bool(claimed)

    async def _due(self, connection: Connection, message: str) -> list[OutboxMessage]:
        """None, and nothing is read, where the partner has as many under way as may be."""
        under_way = self._under_way[self._partner(message)]
        if len(under_way) >= MAX_UNDER_WAY:
            return []
        now, room = self._db.clock.now(), MAX_UNDER_WAY - len(under_way)
        return await outbox.due(connection, now, message, self._claimer, under_way, room)

    def _partner(self, message: str) -> str:
        return self._partners.get(message, NO_PARTNER)

    def _within_limits(self, due: list[OutboxMessage]) -> list[int]:
        ids, begun = [], Counter({name: len(tasks) for name, tasks in self._under_way.items()})
        for outgoing in due:
            partner = self._partner(outgoing.message)
            begun[partner] += 1
            if begun[partner] <= MAX_UNDER_WAY:
                ids.append(outgoing.id)
        return ids

    async def _renew(self) -> None:
        """As long as anything is under way, it stays this process's own."""
        while self._tasks():
            await asyncio.sleep(self._lease.total_seconds() / RENEWALS)
            try:
                await self._db.write(self._renew_leases)
            except Exception as error:  # noqa: BLE001 - the database's: perhaps next time
                log_fault(error)
        self._renewing = None

    async def _renew_leases(self, tx: Tx) -> None:
        ids = [message_id for tasks in self._under_way.values() for message_id in tasks]
        await outbox.renew(tx, ids, self._claimer, self._lease)

    async def finish(self) -> None:
        """Wait for all that are under way."""
        while tasks := self._tasks():
            await asyncio.wait(tasks)

    async def stop(self) -> None:
        """What ends soon is finished; the rest is left for others, or for the next time."""
        if tasks := self._tasks():
            await asyncio.wait(tasks, timeout=DRAIN_S)
        await self.cancel()
        await self._db.write(lambda tx: outbox.release(tx, self._claimer))

    async def cancel(self) -> None:
        """At once: the messages stay claimed until their lease ends."""
        tasks = [*self._tasks(), *([self._renewing] if self._renewing else ())]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._renewing = None

    def _tasks(self) -> list[asyncio.Task[None]]:
        return [task for tasks in self._under_way.values() for task in tasks.values()]

    async def _run(self, partner: str, outgoing: OutboxMessage) -> None:
        try:
            await self._deliver(outgoing)
        except Exception as error:  # noqa: BLE001 - the database's: the message is still in it
            log_fault(error, message=outgoing.message, subject_id=outgoing.subject_id)
            await asyncio.sleep(REST_S)  # or the same call would go out without a pause
        finally:
            del self._under_way[partner][outgoing.id]

    async def _call(self, outgoing: OutboxMessage) -> None:
        """Counted and timed; in the trace in which it was posted."""
        name, parent = f"call {outgoing.message}", outgoing.traceparent
        began, outcome = time.perf_counter(), "delivered"
        try:
            with spans.span(name, "consumer", parent, subject_id=outgoing.subject_id):
                await self._dispatcher.dispatch(outgoing)
        except Exception as error:
            outcome = CALL_OUTCOMES.get(type(error), "failed")
            raise
        finally:
            if self.on_call:
                seconds = time.perf_counter() - began
                self.on_call(self._partner(outgoing.message), outcome, seconds)

    async def _deliver(self, outgoing: OutboxMessage) -> None:
        try:
            await self._call(outgoing)
        except RefusedCallError as error:
            await self._give_up(outgoing, str(error))
        except PendingError as error:
            await self._postpone(outgoing, str(error))
        except Exception as error:  # noqa: BLE001 - whatever a partner's system does
            reason = error_text(outgoing, error)
            last = outgoing.attempts + 1 >= self._max_attempts
            await (self._give_up if last else self._postpone)(outgoing, reason)
        else:
            await self._db.write(lambda tx: outbox.remove(tx, outgoing))

    async def _postpone(self, outgoing: OutboxMessage, reason: str) -> None:
        pause = retry.OUTBOX.pause(outgoing.attempts, outgoing.key)
        await self._db.write(lambda tx: outbox.postpone(tx, outgoing, reason, tx.now + pause))

    async def _give_up(self, outgoing: OutboxMessage, reason: str) -> None:
        log.error("dead letter", id=outgoing.id, message=outgoing.message, reason=reason)
        await self._db.write(lambda tx: outbox.give_up(tx, outgoing, reason))


def error_text(outgoing: OutboxMessage, error: Exception) -> str:
    """For operators. Anything but a partner's failure is logged as a fault."""
    if isinstance(error, PartnerError):
        return str(error)
    if isinstance(error, TimeoutError):
        return "no answer in time"
    fault_id = log_fault(error, message=outgoing.message, subject_id=outgoing.subject_id)
    return f"{type(error).__name__} (fault {fault_id})"
