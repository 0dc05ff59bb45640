"""A worker in its own process, to be killed, on a clock that its parent moves."""

import asyncio
from datetime import datetime
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from bff.db import events
from bff.db.engines import open_database
from bff.db.transaction import Tx
from bff.domain.returns.deadlines import handlers as overdue
from bff.jobs.delivery import Delivery
from bff.jobs.timers import WORK
from bff.jobs.worker import Worker
from bff.partners.outbound.dispatcher import Dispatcher
from bff.partners.outbound.gateways import Gateways
from bff.partners.simulated.partners import SimulatedPartners
from tests.support.deadline_cases import TALLIED, TALLY
from tests.support.forked import fork

LOOK_EVERY_S = 0.002


class FileClock:
    """The moment that stands in a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def now(self) -> datetime:
        return datetime.fromisoformat(self.path.read_text())

    def move(self, to: datetime) -> None:
        """At once, and never back: a reader sees one moment or the other."""
        beside = self.path.with_suffix(".new")
        beside.write_text(to.isoformat())
        beside.replace(self.path)


def start(database: Path | str, clock: Path) -> ForkServerProcess:
    return fork(run, database, clock)


def run(database: Path | str, clock: Path) -> None:
    asyncio.run(_work(database, FileClock(clock)))


async def _work(database: Path | str, clock: FileClock) -> None:
    db = open_database(database, clock)
    partners = SimulatedPartners(db, speed=1)
    dispatcher = Dispatcher(db, Gateways(partners, partners, partners))
    handlers = {**overdue.HANDLERS, TALLY: _tally}
    working = asyncio.create_task(Worker(db, Delivery(db, dispatcher), handlers).run())
    while not working.done():
        await _clock_moves(clock)
        db.wakeups.wake([WORK])


async def _clock_moves(clock: FileClock) -> None:
    """The worker would wait for as long as its clock says, were it a real one."""
    before = clock.now()
    while clock.now() == before:  # noqa: ASYNC110 - another process has no Event
        await asyncio.sleep(LOOK_EVERY_S)


async def _tally(tx: Tx, subject_id: str) -> None:
    await events.append(tx, subject_id, TALLIED, {})
