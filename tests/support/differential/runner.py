"""Runs cases by both executors, and reports where they differ."""

import asyncio
import fcntl
import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvloop

from bff.graphql.declarations import Declarations
from bff.graphql.engine.engine import Engine
from bff.graphql.schema import core
from tests.support.differential.answers import Result, Side
from tests.support.differential.case import Case, Maker
from tests.support.differential.damaged_towns import SOUND, damage
from tests.support.differential.pool import read_pool
from tests.support.differential.shrinker import shrunk
from tests.support.differential.town import build_town
from tests.support.lives.stage import only_faults

MIN_PLANNED = 0.8
ENOUGH = 3
MAX_DIFFERENCES = 10
INTROSPECTS = ("__schema", "__type(")
Executors = tuple[Engine, Engine]


@dataclass
class Tally:
    """`good`: without errors; `planned`: how many of those were answered by a plan.

    `unplanned`: seeds of those that were not, and did not ask for introspection.
    """

    cases: int = 0
    answers: int = 0
    good: int = 0
    planned: int = 0
    selected: set[str] = field(default_factory=set)
    unplanned: list[int] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        self.cases += other.cases
        self.answers += other.answers
        self.good += other.good
        self.planned += other.planned
        self.selected |= other.selected
        self.unplanned += other.unplanned
        self.differences += other.differences

    @property
    def share(self) -> float:
        return self.planned / self.good if self.good else 1.0

    def __str__(self) -> str:
        summary = (
            f"{self.cases} operations, {self.answers} answers: {len(self.differences)} differ; "
            f"{self.good} without errors, {self.share:.1%} of them by plan"
        )
        some = ", ".join(map(str, sorted(self.unplanned)[:MAX_DIFFERENCES]))
        return f"{summary}\nnot planned, for example: {some}" if some else summary


def built(folder: Path) -> Path:
    """The towns' folder, made by the first process that needs it."""
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            build_town(folder / f"{SOUND}.sqlite3")
            damage(folder)
            (folder / "done").touch()
    return folder


class Comparison:
    """Both executors, on the files in a folder."""

    def __init__(self, runner: asyncio.Runner, folder: Path, executors: Executors) -> None:
        pool = read_pool(folder / f"{SOUND}.sqlite3")
        self.maker = Maker(pool)
        self._runner = runner
        self._left: list[str] = []
        runner.get_loop().set_exception_handler(self._note)
        self._sides = [Side(folder, pool.at, one) for one in executors]

    def _note(self, _loop: object, what: Mapping[str, Any]) -> None:
        """Such as a task that nobody waits for, and that fails."""
        self._left.append(f"{what['message']} ({what.get('exception')!r})")

    def run(self, seeds: Iterable[int]) -> Tally:
        tally = Tally()
        for seed in seeds:
            with garbage_kept():
                self._runner.run(self._judge(self.maker.case(seed), tally))
            if len(tally.differences) >= ENOUGH:
                break
        return tally

    async def _judge(self, case: Case, tally: Tally) -> None:
        tally.cases += 1
        tally.selected |= case.selected
        expected, found = await self.both(case)
        for pair in zip(expected, found, strict=False):
            self._count(case, tally, *pair)
        if expected != found:
            tally.differences.append(await self._describe(case))
        if self._left:
            tally.differences.append(f"seed {case.seed} leaves something behind: {self._left}")
            self._left = []

    @staticmethod
    def _count(case: Case, tally: Tally, expected: Result, found: Result) -> None:
        if expected.rows:
            return
        tally.answers += 1
        tally.good += expected.good
        tally.planned += expected.good and found.planned
        introspects = any(word in case.query for word in INTROSPECTS)
        if expected.good and not found.planned and not introspects:
            tally.unplanned.append(case.seed)

    async def both(self, case: Case) -> tuple[tuple[Result, ...], tuple[Result, ...]]:
        expected, found = [await one.answers(case) for one in self._sides]
        return expected, found

    async def _differ(self, case: Case) -> bool:
        expected, found = await self.both(case)
        return expected != found

    async def _describe(self, case: Case) -> str:
        small = await shrunk(case, self._differ)
        expected, found = await self.both(small)
        return "\n".join(
            [
                f"seed {case.seed} differs; again:",
                f"python -m tests.support.differential {case.seed}",
                f"in the town {small.town!r}:\n{small.query}",
                *map(str, small.requests),
                *(f"graphql-core: {one}" for one in expected),
                *(f"plan:         {one}" for one in found),
                "",
            ]
        )

    def close(self) -> None:
        for one in self._sides:
            self._runner.run(one.close())


@contextmanager
def garbage_kept() -> Iterator[None]:
    """Until it is collected here, where Python can warn of it.

    graphql-core drops resolvers that it has not begun. Where garbage is collected within a
    namedtuple's own code, which has no builtins, the warning itself would fail.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.collect(1)


def both_executors() -> Executors:
    return Engine(core, None), Engine(core, Declarations(), runs_first=0)


@contextmanager
def opened(folder: Path, executors: Executors | None = None) -> Iterator[Comparison]:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner, only_faults():
        comparison = Comparison(runner, folder, executors or both_executors())
        yield comparison
        comparison.close()
