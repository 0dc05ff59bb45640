"""Hundreds of deadlines over some kill -9 of the process: each fires once, and none is lost."""

import asyncio
import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random, SystemRandom
from signal import SIGKILL
from time import monotonic
from typing import Any

from sqlalchemy import bindparam, func, select

from bff.db.database import Database
from bff.db.statements import Prepared, prepare
from bff.db.tables import events, missed_deadlines, outbox, timers
from bff.jobs.delivery import LEASE
from tests.support.deadline_cases import (
    APART,
    TALLIED,
    actual_outcome,
    expected_outcome,
    planned_timers,
    set_up,
)
from tests.support.worker_process import FileClock, start
from tests.support.world import START, World

HUNDREDS = int(os.environ.get("TIMERS_HUNDREDS", "2"))
KILLS = 2 * HUNDREDS
# Timers that are fired in a life before its end comes near, and how near that is, in seconds
LIFE, NEAR_S = (5, 40), 0.03
WAITING = (20, 60)
LOOK_EVERY_S = 0.002
MAX_RUN_S = 600
SEED = "TIMERS_SEED"
MISSED = select(func.count()).select_from(missed_deadlines)
TALLIES = select(func.count()).select_from(events).where(events.c.kind == TALLIED)
FIRED = prepare(select(MISSED.scalar_subquery() + TALLIES.scalar_subquery()))
DUE = prepare(select(func.count()).select_from(timers).where(timers.c.due_at <= bindparam("now")))
LETTERS = prepare(select(func.count()).select_from(outbox))


@dataclass
class Lives:
    """`db` reads what is durable. `kills`: timers fired in that life, and due at its end."""

    database: Path | str
    clock: FileClock
    db: Database
    chance: Random
    last: datetime
    kills: list[tuple[int, int]] = field(default_factory=list)

    async def _count(self, statement: Prepared[Any], **values: object) -> int:
        async with self.db.read() as connection:
            return int((await connection.execute(statement, values)).scalar())

    async def _due(self) -> int:
        return await self._count(DUE, now=self.clock.now())

    async def end_one(self) -> None:
        """Kill -9, with some timers fired and others due."""
        before = await self._count(FIRED)
        process = start(self.database, self.clock.path)
        waiting = self.chance.randint(*WAITING)
        await self._go_on(waiting, until=before + self.chance.randint(*LIFE))
        await self._go_on(waiting, for_s=self.chance.uniform(0, NEAR_S))
        process.kill()
        process.join()
        assert process.exitcode == -SIGKILL, "it ended by itself"
        self.kills.append((await self._count(FIRED) - before, await self._due()))

    async def _go_on(self, waiting: int, until: int = 0, for_s: float = 0) -> None:
        """Time passes as fast as the worker can follow: `waiting` are due, as long as there are."""
        end = monotonic() + for_s
        while await self._count(FIRED) < until or monotonic() < end:
            due = await self._due()
            self._let_pass(max(waiting - due, 0))
            if not due and self.clock.now() == self.last:
                return
            await asyncio.sleep(LOOK_EVERY_S)
        self._let_pass(max(waiting - await self._due(), 0))

    def _let_pass(self, minutes: int) -> None:
        if minutes:
            self.clock.move(min(self.clock.now() + APART * minutes, self.last))

    async def finish(self) -> None:
        """The last life goes on until nothing is due, nor claimed by one that was killed."""
        process = start(self.database, self.clock.path)
        self.clock.move(self.last + LEASE)
        while await self._due() or await self._count(LETTERS):  # noqa: ASYNC110 - another process
            await asyncio.sleep(LOOK_EVERY_S)
        process.kill()
        process.join()


async def test_each_timer_fires_once_over_kills(world: World, tmp_path: Path) -> None:
    seed = int(os.environ.get(SEED, SystemRandom().randrange(2**32)))
    try:
        await live_and_die(world, tmp_path / "clock", Random(seed))
    except BaseException as error:
        error.add_note(f"{SEED}={seed} has the same kinds, numbers and pauses again")
        raise


async def live_and_die(world: World, clock_file: Path, chance: Random) -> None:
    plan = planned_timers(chance, HUNDREDS)
    await set_up(world, plan)
    clock = FileClock(clock_file)
    clock.move(START)
    address = world.services.settings.address
    lives = Lives(address, clock, world.db, chance, plan[-1].due_at)
    async with asyncio.timeout(MAX_RUN_S):
        for _ in range(KILLS):
            await lives.end_one()
        await lives.finish()
    in_the_middle = [fired > 0 and due > 0 for fired, due in lives.kills]
    assert sum(in_the_middle) >= KILLS * 3 // 4, lives.kills
    pairs = [(await actual_outcome(world.db, one), expected_outcome(one)) for one in plan]
    assert [pair for pair in pairs if pair[0] != pair[1]] == []
