"""The program of a life: started anew at every restart, on the same file."""

import asyncio
from collections.abc import Awaitable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from bff.core.progress import NoProgress
from bff.core.refusal import Refusal
from bff.db import idempotency
from bff.db.transaction import Tx
from bff.domain.returns.deadlines import handlers as overdue
from bff.domain.stars import service as stars
from bff.http.errors import RequestError
from bff.http.webhooks import read_event
from bff.importer.load import PolicyVersions, load
from bff.importer.validation import ImportBatch
from bff.jobs import outbox
from bff.jobs.delivery import Delivery
from bff.jobs.inbox import DifferentBodyError
from bff.jobs.worker import Worker
from bff.partners.inbound.reports import INBOX
from bff.partners.outbound.dispatcher import Dispatcher
from bff.partners.outbound.gateways import Gateways
from tests.support.lives.inline_database import Drive
from tests.support.lives.shopper_acts import ACTS
from tests.support.world import FakeClock

Answer = dict[str, Any]

MAX_ATTEMPTS = 4
NO_POLICIES = PolicyVersions(packaged=())
DONE, REPLAYED, KILLED = "done", "replayed", "killed"


class Ids:
    """The same in the same life, in the order in which they are made."""

    def __init__(self) -> None:
        self._made = 0

    def __call__(self, prefix: str, _now: datetime) -> str:
        self._made += 1
        return f"{prefix}_{self._made:05}"


class Acted(NamedTuple):
    """What came of an act; `answer`: unless it was refused."""

    outcome: str
    answer: Answer | None = None


class Program:
    """`answer` is that of the newest act that was done."""

    def __init__(
        self, drive: Drive, clock: FakeClock, gateways: Gateways, ids: Ids | None = None
    ) -> None:
        self._drive = drive
        self._clock = clock
        self._gateways = gateways
        self._ids = ids or Ids()
        self.start()

    def start(self) -> None:
        """Nothing is known but what is in the file."""
        self.db = self._drive.open(self._clock, self._ids)
        dispatcher = Dispatcher(self.db, self._gateways)
        self._delivery = Delivery(self.db, dispatcher, MAX_ATTEMPTS)
        handlers = {
            **INBOX.handlers,
            **overdue.HANDLERS,
            **stars.HANDLERS,
        }
        self._worker = Worker(self.db, self._delivery, handlers)

    async def until_killed(self, work: Awaitable[str]) -> str:
        """What came of it; where the fuse blows, the program is begun anew."""
        blown = asyncio.ensure_future(self._drive.fuse.blown.wait())
        task = asyncio.ensure_future(work)
        await asyncio.wait([task, blown], return_when=asyncio.FIRST_COMPLETED)
        killed = blown.done()
        for one in (task, blown):
            one.cancel()
        await asyncio.gather(task, return_exceptions=True)
        if not killed:
            return task.result()
        await self.stop()
        self.start()
        return KILLED

    async def stop(self) -> None:
        """Nothing of it goes on."""
        await self._delivery.cancel()

    async def act(self, shopper: str, key: str, what: str, given: Mapping[str, Any]) -> Acted:
        """What a shopper does, as its mutation does it."""
        request = idempotency.Request(shopper, key, what, given)

        async def use_case(tx: Tx) -> tuple[Answer, bool]:
            async def effect() -> tuple[Answer, bool]:
                return await ACTS[what](tx, shopper, given), False

            return await idempotency.once(
                tx, request, effect, lambda done: done[0], lambda stored: (stored, True)
            )

        try:
            answer, replayed = await self.db.write(use_case)
        except Refusal as refusal:
            return Acted(type(refusal).__name__)
        return Acted(REPLAYED if replayed else DONE, answer)

    async def receive_event(
        self, partner: str, event_id: str, what: str, data: Mapping[str, Any], at: datetime
    ) -> str:
        """The answer to a partner's webhook with a valid signature."""
        body = {"type": what, "timestamp": at.isoformat(), "data": data}
        try:
            event = read_event(partner, event_id, orjson.dumps(body), self.db.clock.now())
            received = await self.db.write(lambda tx: INBOX.take(tx, event))
        except DifferentBodyError:
            return "DifferentBodyError"
        except RequestError as error:
            return error.code
        return received.code or received.status

    async def import_batch(self, batch: ImportBatch) -> str:
        """What the shop's nightly file tells; lines that contradict what is known are refused."""
        counts = await self.db.write(lambda tx: load(tx, batch, NO_POLICIES, NoProgress()))
        return "some refused" if counts.refused else "all taken"

    async def work(self) -> str:
        """One round of the worker."""
        return DONE if await self._worker.step() else "nothing"

    async def resend(self) -> str:
        return DONE if await self.db.write(lambda tx: outbox.resend(tx, None)) else "nothing"
