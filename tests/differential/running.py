"""Runs cases by both executors, and tells where they differ."""

import asyncio
import fcntl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import uvloop

from bff.execution import Runner
from bff.schema import core
from tests.differential.answering import Side, Told
from tests.differential.case import Asking, Case, Maker
from tests.differential.fraying import SOUND, TOWNS, fray
from tests.differential.index import Index
from tests.differential.pool import read_pool
from tests.differential.shrinking import shrunk
from tests.differential.town import build_town
from tests.lives.stage import only_faults

LEAST_PLANNED = 0.8
ENOUGH = 5
Executors = tuple[Runner, Runner]


@dataclass
class Tally:
    """`good`: without errors; `planned`: how many of those were answered by a plan."""

    cases: int = 0
    answers: int = 0
    good: int = 0
    planned: int = 0
    asked: set[str] = field(default_factory=set)
    differences: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        self.cases += other.cases
        self.answers += other.answers
        self.good += other.good
        self.planned += other.planned
        self.asked |= other.asked
        self.differences += other.differences

    @property
    def share(self) -> float:
        return self.planned / self.good if self.good else 1.0

    def __str__(self) -> str:
        return (
            f"{self.cases} operations, {self.answers} answers: {len(self.differences)} differ; "
            f"{self.good} without errors, {self.share:.0%} of them by plan"
        )


def built(folder: Path) -> Path:
    """The towns' folder, made by whoever comes first."""
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            build_town(folder / f"{SOUND}.sqlite3")
            fray(folder)
            (folder / "done").touch()
    return folder


class Arena:
    """Both executors, on the files in a folder."""

    def __init__(self, runner: asyncio.Runner, folder: Path, executors: Executors) -> None:
        files = {name: folder / f"{name}.sqlite3" for name in TOWNS}
        pool = read_pool(files[SOUND])
        self.index = Index(core)
        self.maker = Maker(self.index, pool, TOWNS)
        self._runner = runner
        self._sides = [Side(files, pool.at, one) for one in executors]

    def run(self, seeds: Iterable[int]) -> Tally:
        tally = Tally()
        for seed in seeds:
            self._runner.run(self._judge(self.maker.case(seed), tally))
            if len(tally.differences) >= ENOUGH:
                break
        return tally

    async def _judge(self, case: Case, tally: Tally) -> None:
        tally.cases += 1
        tally.asked |= case.asked
        for asking in case.askings:
            expected, found = await self.both(case, asking)
            tally.answers += 1
            tally.good += expected.good
            tally.planned += expected.good and found.planned
            if expected != found:
                tally.differences.append(await self._told(case, asking))
                return

    async def both(self, case: Case, asking: Asking) -> tuple[Told, Told]:
        expected, found = [await one.answer(case.town, case.query, asking) for one in self._sides]
        return expected, found

    async def _differ(self, case: Case, asking: Asking) -> bool:
        expected, found = await self.both(case, asking)
        return expected != found

    async def _told(self, case: Case, asking: Asking) -> str:
        small, asked = await shrunk(case, asking, self._differ)
        expected, found = await self.both(small, asked)
        return "\n".join(
            [
                f"seed {case.seed} differs; to see it again: python -m tests.differential {case.seed}",
                f"town {small.town}, {asked.shopper}, {asked.language}, {asked.later} later, "
                f"operation {asked.name}, variables {orjson.dumps(asked.variables).decode()}:",
                small.query,
                f"graphql-core: {expected}",
                f"plan:         {found}",
                "",
            ]
        )

    def close(self) -> None:
        for one in self._sides:
            self._runner.run(one.close())


def both_executors() -> Executors:
    return Runner(core, plans=False), Runner(core, plans=True)


@contextmanager
def opened(folder: Path, executors: Executors | None = None) -> Iterator[Arena]:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner, only_faults():
        arena = Arena(runner, folder, executors or both_executors())
        yield arena
        arena.close()
