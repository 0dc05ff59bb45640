"""Outbox messages on their way: a partner whose system hangs delays no other partner.

The messages of a subject go one at a time and in order; each partner has several under way.
A call may be made twice, after a crash or by two processes on one file: its key is the same.
"""

import asyncio
from collections.abc import Mapping
from operator import attrgetter
from typing import Protocol

import structlog

from bff.core import spans
from bff.core.faults import log_fault
from bff.db.connection import Connection
from bff.db.database import Database
from bff.jobs import outbox, retry
from bff.jobs.outbox import OutboxMessage

MAX_UNDER_WAY = 16  # for each partner
NO_PARTNER = "nobody"  # takes messages that have no route: they fail, and are seen
MAX_ATTEMPTS = 12
REST_S = 1.0
log = structlog.get_logger("bff.partners")


class PartnerError(Exception):
    """Why a call failed, in words for operators: it is tried again later."""


class RefusedCallError(PartnerError):
    """The partner refuses the call for good: it is not tried again."""


class PendingError(PartnerError):
    """The partner is still working on it: it is tried again, as long as that takes."""


class MessageDispatcher(Protocol):
    @property
    def routes(self) -> Mapping[str, frozenset[str]]:
        """The messages that go to each partner."""
        ...

    async def dispatch(self, outgoing: OutboxMessage) -> None:
        """Raises RefusedCallError for what is not to be tried again, and whatever else fails."""
        ...


class Delivery:
    """After `max_attempts` a message is dead: it waits for an operator who resends it."""

    def __init__(
        self, db: Database, dispatcher: MessageDispatcher, max_attempts: int = MAX_ATTEMPTS
    ) -> None:
        self._db = db
        self._dispatcher = dispatcher
        self._max_attempts = max_attempts
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
        started = [self._start_one(outgoing) for outgoing in sorted(due, key=attrgetter("id"))]
        return any(started)

    async def _due(self, connection: Connection, message: str) -> list[OutboxMessage]:
        """None, and nothing is read, where the partner has as many under way as may be."""
        under_way = self._under_way[self._partner(message)]
        if len(under_way) >= MAX_UNDER_WAY:
            return []
        now, room = self._db.clock.now(), MAX_UNDER_WAY - len(under_way)
        return await outbox.due(connection, now, message, under_way, room)

    def _partner(self, message: str) -> str:
        return self._partners.get(message, NO_PARTNER)

    def _start_one(self, outgoing: OutboxMessage) -> bool:
        partner = self._partner(outgoing.message)
        under_way = self._under_way[partner]
        if len(under_way) >= MAX_UNDER_WAY:
            return False
        under_way[outgoing.id] = asyncio.create_task(self._run(partner, outgoing))
        return True

    async def finish(self) -> None:
        """Wait for all that are under way."""
        while tasks := self._tasks():
            await asyncio.wait(tasks)

    async def stop(self) -> None:
        """Leave what is under way for the next time."""
        tasks = self._tasks()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

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

    async def _deliver(self, outgoing: OutboxMessage) -> None:
        try:
            name, parent = f"call {outgoing.message}", outgoing.traceparent
            with spans.span(name, "consumer", parent, subject_id=outgoing.subject_id):
                await self._dispatcher.dispatch(outgoing)
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
