"""Runs due timers and the outbox until it is cancelled."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from bff.core.refusal import Refusal
from bff.db import outbox, timers
from bff.db.database import Database, Tx
from bff.db.outbox import Letter
from bff.db.timers import WORK, Handler, Timer
from bff.faults import log_fault
from bff.partners.postman import Postman

IDLE_S = 1.0
FIRST_RETRY = timedelta(seconds=1)
LONGEST_RETRY = timedelta(minutes=10)
MOST_DOUBLINGS = 10  # 1024 seconds: past LONGEST_RETRY, and far from what a timedelta can hold

log = structlog.get_logger("bff.worker")


class Worker:
    def __init__(self, db: Database, postman: Postman, handlers: Mapping[str, Handler]) -> None:
        self._db = db
        self._postman = postman
        self._handlers = handlers

    async def run(self) -> None:
        async with self._db.feed.waiting_for(WORK) as waiter:
            while True:
                try:
                    busy = await self.step()
                    wait_s = 0 if busy else await self._until_next()
                except Exception as error:  # noqa: BLE001 - one bad step must not end the work
                    log_fault(error)
                    wait_s = IDLE_S
                if wait_s:
                    await waiter.wait(wait_s)

    async def step(self) -> bool:
        """Do what is due; whether anything was."""
        now = self._db.clock.now()
        async with self._db.read() as connection:
            letters = await outbox.due(connection, now)
            due = await timers.due(connection, now)
        await asyncio.gather(self._deliver_all(letters), *map(self._fire, due))
        return bool(letters or due)

    async def _deliver_all(self, letters: Sequence[Letter]) -> None:
        """Acknowledged together, once each has been tried."""
        taken = await asyncio.gather(*map(self._deliver, letters))
        done = [letter for letter, delivered in zip(letters, taken, strict=True) if delivered]
        if done:
            await self._db.write(lambda tx: outbox.delivered(tx, done))

    async def _until_next(self) -> float:
        async with self._db.read() as connection:
            next_due = await timers.next_due(connection)
        return self._seconds(next_due) if next_due else IDLE_S

    def _seconds(self, until: datetime) -> float:
        left = (until - self._db.clock.now()).total_seconds()
        return min(max(left, 0.001), IDLE_S)

    async def _deliver(self, letter: Letter) -> bool:
        try:
            await self._postman.deliver(letter)
        except Exception as error:  # noqa: BLE001 - whatever a partner's system does
            await self._retry(letter, error)
            return False
        return True

    async def _retry(self, letter: Letter, error: Exception) -> None:
        fault_id = log_fault(error, message=letter.message, subject_id=letter.subject_id)
        pause = min(FIRST_RETRY * 2 ** min(letter.attempts, MOST_DOUBLINGS), LONGEST_RETRY)
        told = f"{type(error).__name__} (fault {fault_id})"
        await self._db.write(lambda tx: outbox.failed(tx, letter, told, tx.now + pause))

    async def _fire(self, timer: Timer) -> None:
        try:
            await self._db.write(lambda tx: self._act(tx, timer))
        except Exception as error:  # noqa: BLE001 - kept for later rather than lost
            log_fault(error, timer=timer.kind, subject_id=timer.subject_id)
            await self._db.write(lambda tx: timers.postpone(tx, timer, tx.now + FIRST_RETRY))

    async def _act(self, tx: Tx, timer: Timer) -> None:
        """Fired once: the timer goes in the transaction of what it does."""
        if not await timers.claim(tx, timer):
            return
        try:
            async with tx.connection.begin_nested():
                await self._handlers[timer.kind](tx, timer.subject_id)
        except Refusal as refusal:
            log.info("timer refused", timer=timer.kind, subject=timer.subject_id, code=refusal.code)
