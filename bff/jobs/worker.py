"""Runs due timers and the outbox until it is cancelled."""

import asyncio
import os
import socket
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

import structlog

from bff.core.faults import log_fault
from bff.core.refusal import Refusal
from bff.db.database import Database
from bff.db.locks import lock
from bff.db.transaction import Tx
from bff.jobs import heartbeats, outbox, retry, timers
from bff.jobs.delivery import Delivery
from bff.jobs.timers import WORK, Handler, Timer

IDLE_S = 1.0
PAUSE_S = 0.01  # between two looks: many writes one after the other are one reason to look
MAX_TIMERS = 8  # in a commit: a shopper who writes meanwhile waits for no more of them

log = structlog.get_logger("bff.jobs.worker")


class Worker:
    """`hang_up` closes the connections to partners."""

    def __init__(
        self,
        db: Database,
        delivery: Delivery,
        handlers: Mapping[str, Handler],
        hang_up: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._db = db
        self._delivery = delivery
        self._handlers = handlers
        self._hang_up = hang_up
        self._failures: Counter[int] = Counter()
        self._id = f"{socket.gethostname():.60}:{os.getpid()}"
        self._beaten_at: datetime | None = None

    async def close(self) -> None:
        await self._delivery.stop()
        if self._hang_up:
            await self._hang_up()

    async def run(self) -> None:
        async with self._db.wakeups.waiting_for(WORK) as waiter:
            try:
                while True:
                    if wait_s := await self._advance():
                        await waiter.wait(wait_s)
                    await asyncio.sleep(PAUSE_S)
            finally:
                await self.close()

    async def _advance(self) -> float:
        """Begin what is due. Gives the seconds until there is more to do, unless it is woken."""
        try:
            await self._beat()
            return 0 if await self._begin() else await self._until_next()
        except Exception as error:  # noqa: BLE001 - one bad step must not end the work
            log_fault(error)
            return IDLE_S

    async def _beat(self) -> None:
        """Where the last one is some seconds old."""
        now = self._db.clock.now()
        if self._beaten_at is None or now >= self._beaten_at + heartbeats.INTERVAL:
            await self._db.write(lambda tx: heartbeats.beat(tx, self._id))
            self._beaten_at = now

    async def step(self) -> bool:
        """Do what is due, to its end; whether anything was."""
        busy = await self._begin()
        await self._delivery.finish()
        return busy

    async def _begin(self) -> bool:
        """Timers are done when this returns, messages on their way; whether there were any."""
        started = await self._delivery.start()
        async with self._db.read() as connection:
            due = await timers.due(connection, self._db.clock.now(), MAX_TIMERS)
        await asyncio.gather(*map(self._fire, due))
        return started or bool(due)

    async def _until_next(self) -> float:
        now = self._db.clock.now()
        async with self._db.read() as connection:
            moments = [await timers.next_due(connection), await outbox.next_due(connection, now)]
        left_s = [(moment - self._db.clock.now()).total_seconds() for moment in moments if moment]
        return min(max(min(left_s, default=IDLE_S), 0.001), IDLE_S)

    async def _fire(self, timer: Timer) -> None:
        try:
            await self._db.write(lambda tx: self._act(tx, timer))
        except Refusal as refusal:
            log.info("timer refused", timer=timer.kind, subject=timer.subject_id, code=refusal.code)
            await self._db.write(lambda tx: timers.claim(tx, timer))
        except Exception as error:  # noqa: BLE001 - kept for later rather than lost
            log_fault(error, timer=timer.kind, subject_id=timer.subject_id)
            await self._postpone(timer)
        else:
            del self._failures[timer.id]

    async def _postpone(self, timer: Timer) -> None:
        """Longer each time: what fails always costs little, and delays nothing else."""
        pause = retry.TIMERS.pause(self._failures[timer.id])
        self._failures[timer.id] += 1
        await self._db.write(lambda tx: timers.postpone(tx, timer, tx.now + pause))

    async def _act(self, tx: Tx, timer: Timer) -> None:
        """Fired once: the timer goes in the transaction of what it does."""
        await lock(tx, [timer.subject_id])
        if await timers.claim(tx, timer):
            await self._handlers[timer.kind](tx, timer.subject_id)
