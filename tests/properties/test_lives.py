"""Returns live through whatever shoppers, couriers, merchants and time do to them.

After each step the database says what the model says, and the books are in order.
"""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import astuple, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest
import uvloop
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from tests.books import check_books
from tests.properties.given import LINES, Act
from tests.properties.lives import DONE, NOTHING, OF_PICKUPS, Model
from tests.properties.program import Program, tight_policy
from tests.world import START, FakeClock, World, open_world

SHARDS, LIVES = 4, 500
MEMORY = Path("/dev/shm")
PASSES = [timedelta(minutes=5), timedelta(hours=3), timedelta(hours=11), timedelta(days=7)]
SHOPPERS_DO = ("opens", "books", "calls_off", "cancels", "ships")
# What must have come of each step at least once, beside being done
OUTCOMES = {
    "opens": "NotFound InvalidInput ReturnWindowClosed QuantityNotLeft SlotNotOffered SlotFull",
    "books": "NotFound ReturnNotAwaitingShipment PickupBookedAlready SlotNotOffered",
    "calls_off": "NotFound PickupNotCancellable",
    "cancels": "NotFound ReturnNotCancellable",
    "ships": "NotFound ReturnNotAwaitingShipment InvalidInput",
    "uploads": "ReturnNotAwaitingShipment InvalidInput",
    "approves": NOTHING,
    "receives": NOTHING,
    "accepts": NOTHING,
    "collects": NOTHING,
}
AGAIN = {("again", "replayed"), ("conflicts", "IdempotencyConflict")}

Seen = Counter[tuple[str, str]]


class Step(NamedTuple):
    """`pick` chooses among what there is by then; where `whose` is 7 it is somebody else's."""

    what: str
    pick: int
    option: int
    whose: int


def steps(*what: str) -> st.SearchStrategy[Step]:
    pick, option, whose = st.integers(0, 11), st.integers(0, 29), st.integers(0, 7)
    return st.builds(Step, st.sampled_from(what), pick, option, whose)


BEGINNING = st.builds(
    Step, st.just("opens"), st.integers(0, 2), st.sampled_from([1, 7, 3, 0, 9]), st.just(0)
)
REST = st.lists(
    steps(*["onward"] * 10, *OUTCOMES, "again", "conflicts", "passes", "passes"),
    min_size=4,
    max_size=8,
)


class Life:
    """One sequence of steps, taken by the model and by the program."""

    def __init__(self, program: Program, seen: Seen) -> None:
        self._program = program
        self._model = Model(START)
        self._seen = seen
        self._asked: list[Act] = []
        self._kept: dict[str, Any] | None = None

    async def live(self, beginning: Step, rest: list[Step]) -> None:
        self._program.start_anew()
        for step in (beginning, *rest):
            before = self._program.version
            outcome = await self._take(step)
            self._check(changed=self._program.version != before, done=outcome == DONE)

    async def _take(self, step: Step) -> str:
        if step.what == "passes":
            return self._pass(PASSES[step.option % len(PASSES)])
        if step.what in ("again", "conflicts"):
            return await self._ask_again(step.what)
        act = self._act(self._onward(step) if step.what == "onward" else step)
        if act.what not in SHOPPERS_DO:
            return self._agreed(act, self._model.play(act), await self._program.report(act))
        self._asked.append(act)
        return await self._ask(act)

    def _pass(self, by: timedelta) -> str:
        self._program.world.clock.advance(by)
        self._model.now += by
        return NOTHING

    def _onward(self, step: Step) -> Step:
        """Something that can happen now, so that lives come to an end."""
        ready = self._model.ready() or [("opens", step.pick)]
        what, pick = ready[step.pick % len(ready)]
        return step._replace(what=what, pick=pick)

    def _act(self, step: Step) -> Act:
        owners = self._owners(step.what)
        target = step.pick % len(owners) if owners else None
        owner = owners[target] if target is not None else "keen"
        other = {"keen": "new", "new": "keen"}[owner]
        return Act(step.what, target, step.option, other if step.whose == 7 else owner)

    def _owners(self, what: str) -> list[str]:
        """Of the things that a step may be about."""
        if what == "opens":
            return [line.by for line in LINES]
        owners = [one.bought.by for one in self._model.returns]
        pickups = [owners[pickup.goods] for pickup in self._model.pickups]
        return pickups if what in OF_PICKUPS else owners

    async def _ask(self, act: Act) -> str:
        expected = self._model.play(act)
        outcome, self._kept = await self._program.ask(act, self._key)
        return self._agreed(act, expected, outcome)

    @property
    def _key(self) -> str:
        return f"k{len(self._asked)}"

    async def _ask_again(self, what: str) -> str:
        """With the key of the last time: a success is told again, a refusal may become one."""
        act, kept = self._asked[-1], self._kept
        if kept is None:
            return await self._ask(act)
        option = act.option + 1 if what == "conflicts" else act.option
        outcome, told = await self._program.ask(replace(act, option=option), self._key)
        assert (outcome, told) == (("replayed", kept) if what == "again" else (CONFLICT, None))
        self._seen[what, outcome] += 1
        return outcome

    def _agreed(self, act: Act, expected: str, outcome: str) -> str:
        assert outcome == expected, act
        self._seen[act.what, outcome] += 1
        return outcome

    def _check(self, *, changed: bool, done: bool) -> None:
        """Whoever is refused, or tells what is known, has written nothing at all."""
        assert changed == done
        assert self._program.state() == told(self._model)
        assert self._program.broken_laws == 0


CONFLICT = "IdempotencyConflict"


def told(model: Model) -> dict[str, Any]:
    return {
        "returns": [astuple(one) for one in model.returns],
        "pickups": [astuple(one) for one in model.pickups],
        "told": model.told,
        "letters": model.letters,
        "balances": dict(model.balances),
    }


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.Runner]:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        yield runner


@pytest.fixture(scope="module")
def program(loop: asyncio.Runner) -> Iterator[Program]:
    """On one database for all lives, in memory where the system has such a folder."""
    clock = FakeClock()
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        services = loop.run(open_world(Path(folder), [tight_policy()], clock))
        with connected(services.db.path) as reader, connected(services.db.path) as eraser:
            program = Program(World(services, clock), reader, eraser)
            loop.run(program.settle_in())
            yield program
        loop.run(services.db.close())


def connected(path: Path) -> AbstractContextManager[sqlite3.Connection]:
    return closing(sqlite3.connect(path, isolation_level=None))


@pytest.mark.parametrize("shard", range(SHARDS))
def test_whatever_happens_the_database_says_what_the_model_says(
    shard: int, loop: asyncio.Runner, program: Program
) -> None:
    seen: Seen = Counter()
    lived = 0

    @seed(shard)
    @settings(max_examples=LIVES, database=None, deadline=None)
    @given(BEGINNING, REST)
    def live(beginning: Step, rest: list[Step]) -> None:
        nonlocal lived
        lived += 1
        loop.run(Life(program, seen).live(beginning, rest))

    live()
    loop.run(check_books(program.world.db))
    assert lived >= LIVES
    assert not expected() - seen.keys()


def expected() -> set[tuple[str, str]]:
    refused = {(what, one) for what, outcomes in OUTCOMES.items() for one in outcomes.split()}
    return refused | {(what, DONE) for what in OUTCOMES} | AGAIN
