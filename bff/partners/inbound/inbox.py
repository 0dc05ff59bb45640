"""What partners told: each event acts once, however often and in whatever order it comes.

The event is kept in the transaction of what it does, so nothing is acknowledged before it is
durable. One that comes too early waits: for another event of the same life, or for a timer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from bff.core.faults import log_fault
from bff.core.report_errors import ImpossibleReportError, TooEarlyError
from bff.db.database import Tx
from bff.jobs import received_events as heard
from bff.jobs import timers
from bff.jobs.received_events import Heard, Message, Status
from bff.jobs.timers import Handler
from bff.partners.inbound.reports import REPORTS
from bff.partners.inbound.subjects import UnknownSubjectError

TRY_AGAIN = "webhook.try_again"
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
MOST_DOUBLINGS = 7
WAITS_AT_MOST = timedelta(hours=24)


class Code(StrEnum):
    """Why an event waits or is refused."""

    TOO_EARLY = "TOO_EARLY"
    UNKNOWN_SUBJECT = "UNKNOWN_SUBJECT"
    IMPOSSIBLE = "IMPOSSIBLE"
    NEVER_MADE_SENSE = "NEVER_MADE_SENSE"
    FAULT = "FAULT"


class DifferentBodyError(Exception):
    """The event's id is known with another body."""


@dataclass(frozen=True, slots=True)
class Verdict:
    status: Status
    code: Code | None = None
    reason: str | None = None


DONE = Verdict(Status.DONE)


async def take(tx: Tx, message: Message) -> Heard:
    """What became of the event, now or when it came before. Raises DifferentBodyError."""
    if known := await heard.find(tx, message.partner, message.event_id):
        if known.digest != message.digest:
            raise DifferentBodyError
        return known
    subject_id, verdict = await _judged(tx, message)
    kept = await heard.add(tx, message, subject_id, **_values(verdict))
    if verdict.status is Status.WAITING:
        await _later(tx, kept)
    if verdict.status is Status.DONE:
        await _try_others(tx, subject_id)
    return kept


async def _judged(tx: Tx, message: Message) -> tuple[str, Verdict]:
    report = REPORTS[message.partner][message.type]
    try:
        subject_id = await report.subject(tx, report.model.model_validate_json(message.data))
    except UnknownSubjectError as error:
        return "", Verdict(Status.REFUSED, Code.UNKNOWN_SUBJECT, error.reason)
    return subject_id, await _tried(tx, message)


async def _tried(tx: Tx, message: Message) -> Verdict:
    """What is refused or waits has changed nothing."""
    report = REPORTS[message.partner][message.type]
    try:
        async with tx.savepoint():
            await report.act(tx, report.model.model_validate_json(message.data))
    except TooEarlyError as error:
        return Verdict(Status.WAITING, Code.TOO_EARLY, str(error))
    except ImpossibleReportError as error:
        return Verdict(Status.REFUSED, Code.IMPOSSIBLE, error.reason)
    return DONE


async def _try_others(tx: Tx, subject_id: str) -> None:
    """In the order of their arrival, each time anew, until none is done any more."""
    while await _one_done(tx, subject_id):
        pass


async def _one_done(tx: Tx, subject_id: str) -> bool:
    for each in await heard.waiting(tx, subject_id):
        if (await _again(tx, each)).status is Status.DONE:
            return True
    return False


async def _again(tx: Tx, waiting: Heard) -> Verdict:
    """A fault in an event that waits is no matter of the one that has just come."""
    try:
        verdict = await _tried(tx, waiting.message)
    except Exception as error:  # noqa: BLE001 - logged; it is tried again by its timer
        fault_id = log_fault(error, partner=waiting.partner, event_id=waiting.event_id)
        verdict = Verdict(Status.WAITING, Code.FAULT, f"fault {fault_id}")
    if verdict.status is not Status.WAITING:
        await heard.note(tx, waiting, **_values(verdict))
        await timers.sync(tx, str(waiting.id), [TRY_AGAIN], {})
    return verdict


def _values(verdict: Verdict) -> dict[str, Any]:
    return {"status": verdict.status, "code": verdict.code, "reason": verdict.reason}


def handlers() -> Mapping[str, Handler]:
    """Of the timers that are set here."""
    return {TRY_AGAIN: _timed}


async def _timed(tx: Tx, heard_id: str) -> None:
    waiting = await heard.by_id(tx, int(heard_id))
    if waiting is None or waiting.status is not Status.WAITING:
        return
    verdict = await _again(tx, waiting)
    if verdict.status is Status.DONE:
        await _try_others(tx, waiting.subject_id)
    elif verdict.status is Status.WAITING:
        await _wait_on(tx, waiting, verdict)


async def _wait_on(tx: Tx, waiting: Heard, verdict: Verdict) -> None:
    if tx.now < waiting.received_at + WAITS_AT_MOST:
        more = {"attempts": waiting.attempts + 1}
        await _later(tx, await heard.note(tx, waiting, **_values(verdict), **more))
    else:
        told = f"{verdict.reason}, for {WAITS_AT_MOST // timedelta(hours=1)} hours in vain"
        given_up = Verdict(Status.REFUSED, Code.NEVER_MADE_SENSE, told)
        await heard.note(tx, waiting, **_values(given_up))


async def _later(tx: Tx, waiting: Heard) -> None:
    """At the latest at the end of its time, which is when it is given up."""
    pause = min(FIRST_PAUSE * 2 ** min(waiting.attempts, MOST_DOUBLINGS), LONGEST_PAUSE)
    due_at = min(tx.now + pause, waiting.received_at + WAITS_AT_MOST)
    await timers.schedule(tx, TRY_AGAIN, str(waiting.id), due_at)
