"""Runs due timers and the outbox until it is cancelled.

Any number of workers may run on one database, in one process or in many: each takes what no other
has taken.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from bff.core import spans
from bff.core.faults import log_fault
from bff.core.ids import worker_name
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


@dataclass(slots=True)
class Firing:
    """`timer`: which was taken, once one was."""

    timer: Timer | None = None


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
        self._taken: set[int] = set()
        self._taking = asyncio.Lock()
        self._id = worker_name()
        self._beaten_at: datetime | None = None

    async def close(self) -> None:
        await self._delivery.stop()
        if self._hang_up:
            await self._hang_up()

    async def run(self) -> None:
        async with self._db.wakeups.waiting_for(WORK, for_all=True) as waiter:
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
        await asyncio.gather(*(self._fire() for _ in due))
        return started or bool(due)

    async def _until_next(self) -> float:
        now = self._db.clock.now()
        async with self._db.read() as connection:
            moments = [await timers.next_due(connection), await outbox.next_due(connection, now)]
        left_s = [(moment - self._db.clock.now()).total_seconds() for moment in moments if moment]
        return min(max(min(left_s, default=IDLE_S), 0.001), IDLE_S)

    async def _fire(self) -> None:
        firing = Firing()
        try:
            await self._db.write(lambda tx: self._act(tx, firing))
        except Exception as error:  # noqa: BLE001 - kept for later rather than lost
            await self._fail(firing.timer, error)
        else:
            if firing.timer:
                del self._failures[firing.timer.id]
        finally:
            if firing.timer:
                self._taken.discard(firing.timer.id)

    async def _act(self, tx: Tx, firing: Firing) -> None:
        """Fired once: the timer goes in the transaction of what it does.

        One that is taken is passed over until its outcome is stored, or it would be taken again;
        so each of this worker's takes knows of those before it.
        """
        if firing.timer:  # this write begins anew
            self._taken.discard(firing.timer.id)
        async with self._taking:
            firing.timer = timer = await timers.take(tx, self._taken)
            if timer:
                self._taken.add(timer.id)
        if timer:
            # Who has the lock may want the timer: this write holds it, and must not wait.
            with spans.span(f"timer {timer.kind}", subject_id=timer.subject_id):
                await lock(tx, [timer.subject_id], wait=False)
                await self._handlers[timer.kind](tx, timer.subject_id)

    async def _fail(self, timer: Timer | None, error: Exception) -> None:
        """A refused timer is done. What fails always costs little, and delays nothing else."""
        if timer is None:
            raise error
        if isinstance(error, Refusal):
            log.info("timer refused", timer=timer.kind, subject=timer.subject_id, code=error.code)
            await self._db.write(lambda tx: timers.remove(tx, timer))
            return
        log_fault(error, timer=timer.kind, subject_id=timer.subject_id)
        pause = retry.TIMERS.pause(self._failures[timer.id])
        self._failures[timer.id] += 1
        await self._db.write(lambda tx: timers.postpone(tx, timer, tx.now + pause))
