"""Events from outside: each acts once, however often and in whatever order they come.

An event is stored in the transaction of what it does, so none is acknowledged before it is
durable. One that comes too early waits: for another event of the same life, or for a timer.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from pydantic import BaseModel

from bff.core.faults import log_fault
from bff.core.ids import NO_SHOPPER
from bff.core.report_errors import (
    ErasedPersonError,
    ImpossibleReportError,
    TooEarlyError,
    UnknownSubjectError,
)
from bff.db.locks import lock
from bff.db.lookups import owner_of_order
from bff.db.transaction import Tx
from bff.jobs import received_events, retry, timers
from bff.jobs.received_events import TRY_AGAIN, IncomingEvent, ReceivedEvent, Status
from bff.jobs.timers import Handler

MAX_WAIT = timedelta(hours=24)
NO_DATA = "{}"


class Life(NamedTuple):
    """That of a return, an order or a shopper, by its id. An order need not be known yet: whose it
    is is looked up once the event has acted."""

    id: str
    shopper_id: str = NO_SHOPPER


@dataclass(frozen=True, slots=True)
class Report:
    """What an event of one type reports: its payload, the life that it belongs to, its effect.

    `subject` gives that life, or raises UnknownSubjectError. `act` gets the moment at
    which it happened (P1), never one still to come; it gives whether it changed anything, or
    raises what `core.report_errors` has.

    `certain`: a fact that nothing can undo; it waits for as long as it takes.
    """

    model: type[BaseModel]
    subject: Callable[[Tx, Any], Awaitable[Life]]
    act: Callable[[Tx, Any, datetime], Awaitable[bool]]
    certain: bool = False


class Code(StrEnum):
    """Why an event waits or is refused."""

    TOO_EARLY = "TOO_EARLY"
    UNKNOWN_SUBJECT = "UNKNOWN_SUBJECT"
    IMPOSSIBLE = "IMPOSSIBLE"
    ERASED_PERSON = "ERASED_PERSON"
    NEVER_MADE_SENSE = "NEVER_MADE_SENSE"
    FAULT = "FAULT"


class DifferentBodyError(Exception):
    """The event's id is known with another body."""


@dataclass(frozen=True, slots=True)
class Verdict:
    status: Status
    code: Code | None = None
    reason: str | None = None


class Inbox:
    """`reports`: by partner and type of event."""

    def __init__(self, reports: Mapping[str, Mapping[str, Report]]) -> None:
        self._reports = reports

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """Of the timers that are set here."""
        return {TRY_AGAIN: self._try_again}

    async def take(self, tx: Tx, event: IncomingEvent) -> ReceivedEvent:
        """The event as it is stored, now or when it came before. Raises DifferentBodyError."""
        if known := await received_events.find(tx, event.partner, event.event_id):
            if known.digest != event.digest:
                raise DifferentBodyError
            return known
        report = self._reports[event.partner][event.type]
        try:
            life = await report.subject(tx, event.payload)
        except UnknownSubjectError as error:
            verdict = Verdict(Status.REFUSED, Code.UNKNOWN_SUBJECT, error.reason)
            return await received_events.add(tx, event, NO_SHOPPER, "", **asdict(verdict))
        await lock(tx, [life.id])
        verdict = await _act(tx, report, event.payload, event.happened_at)
        if verdict.code is Code.ERASED_PERSON:
            event = replace(event, data=NO_DATA)
        shopper_id = await _shopper_of(tx, life)
        stored = await received_events.add(tx, event, shopper_id, life.id, **asdict(verdict))
        if verdict.status is Status.WAITING:
            await self._set_timer(tx, stored)
        if verdict.status is Status.DONE:
            await self._try_waiting(tx, stored)
        return stored

    async def _try_waiting(self, tx: Tx, done: ReceivedEvent) -> None:
        """In the order of arrival, from the first again after each success, until none succeeds."""
        while await self._one_done(tx, await _waiting_with(tx, done)):
            pass

    async def _one_done(self, tx: Tx, waiting: Iterable[ReceivedEvent]) -> bool:
        for event in waiting:
            if (await self._try(tx, event)).status is Status.DONE:
                return True
        return False

    async def _try(self, tx: Tx, kept: ReceivedEvent) -> Verdict:
        """A fault in an event that waits is no matter of the one that has just come."""
        report = self._reports[kept.partner][kept.type]
        try:
            payload = report.model.model_validate_json(kept.data)
            verdict = await _act(tx, report, payload, kept.happened_at)
        except Exception as error:  # noqa: BLE001 - logged; it is tried again by its timer
            fault_id = log_fault(error, partner=kept.partner, event_id=kept.event_id)
            verdict = Verdict(Status.WAITING, Code.FAULT, f"fault {fault_id}")
        if verdict.status is not Status.WAITING:
            kept = await received_events.owned(tx, kept)
            await received_events.update(tx, kept, **asdict(verdict))
            await timers.sync(tx, kept.shopper_id, str(kept.id), [TRY_AGAIN], {})
        return verdict

    async def _try_again(self, tx: Tx, received_id: str) -> None:
        """When its timer is due. What came before it, and waits too, goes first."""
        kept = await received_events.lock_event(tx, int(received_id))
        if kept and await self._one_done(tx, await self._before(tx, kept)):
            await self._try_waiting(tx, await received_events.owned(tx, kept))
            kept = await received_events.lock_event(tx, kept.id)
        if kept and kept.status is Status.WAITING:
            await self.retry(tx, kept)

    async def _before(self, tx: Tx, kept: ReceivedEvent) -> list[ReceivedEvent]:
        waiting = await _waiting_with(tx, kept)
        return [event for event in waiting if event.id < kept.id]

    async def retry(self, tx: Tx, kept: ReceivedEvent) -> Verdict:
        """At once, also what was refused. After MAX_WAIT it is given up, unless it is certain."""
        verdict = await self._try(tx, kept)
        if verdict.status is Status.DONE:
            await self._try_waiting(tx, await received_events.owned(tx, kept))
        if verdict.status is not Status.WAITING:
            return verdict
        if tx.now >= kept.received_at + MAX_WAIT and not self._is_certain(kept):
            reason = f"{verdict.reason}, for {MAX_WAIT // timedelta(hours=1)} hours in vain"
            verdict = Verdict(Status.REFUSED, Code.NEVER_MADE_SENSE, reason)
        values = {**asdict(verdict), "attempts": kept.attempts + 1}
        kept = await received_events.update(tx, kept, **values)
        if verdict.status is Status.WAITING:
            await self._set_timer(tx, kept)
        return verdict

    def _is_certain(self, kept: ReceivedEvent) -> bool:
        return self._reports[kept.partner][kept.type].certain

    async def _set_timer(self, tx: Tx, waiting: ReceivedEvent) -> None:
        """At the latest for the end of its time, which is when it is given up."""
        due_at = tx.now + retry.INBOX.pause(waiting.attempts)
        if not self._is_certain(waiting):
            due_at = min(due_at, waiting.received_at + MAX_WAIT)
        wanted = {TRY_AGAIN: due_at}
        await timers.sync(tx, waiting.shopper_id, str(waiting.id), [TRY_AGAIN], wanted)


async def _shopper_of(tx: Tx, life: Life) -> str:
    if life.shopper_id != NO_SHOPPER:
        return life.shopper_id
    return await owner_of_order(tx.connection, life.id) or NO_SHOPPER


async def _waiting_with(tx: Tx, event: ReceivedEvent) -> Sequence[ReceivedEvent]:
    """What waits of the same life."""
    return await received_events.waiting(tx, event.shopper_id, event.subject_id)


async def _act(tx: Tx, report: Report, payload: BaseModel, happened_at: datetime) -> Verdict:
    """What is refused or waits has changed nothing. A partner's clock may be a little fast."""
    try:
        async with tx.savepoint():
            await report.act(tx, payload, min(happened_at, tx.now))
    except TooEarlyError as error:
        return Verdict(Status.WAITING, Code.TOO_EARLY, str(error))
    except ErasedPersonError as error:
        return Verdict(Status.REFUSED, Code.ERASED_PERSON, error.reason)
    except ImpossibleReportError as error:
        if error.then:
            await error.then(tx)
        return Verdict(Status.REFUSED, Code.IMPOSSIBLE, error.reason)
    return Verdict(Status.DONE)
