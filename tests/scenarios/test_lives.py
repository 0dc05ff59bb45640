"""Generated lives of returns: taps, retries, partners' events, faults, clock jumps, restarts.

A life that fails tells its seed: `python -m tests.support.lives SEED` lives it again. `LIVES=100`
lives fewer, and then does not ask what was reached; `make lives` lives 10,000, and they have to
reach everything.
"""

import asyncio
import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvloop

from tests.support.lives.coverage import expected
from tests.support.lives.life import Life
from tests.support.lives.performer import Seen, Stage
from tests.support.lives.stage import open_stage

SHARDS, ENOUGH = 4, 500
# Of over 300 outcomes: the rarest do not come in so few lives
MAX_MISSED = 24
THREADED = 30
LIVES = int(os.environ.get("LIVES", ENOUGH))


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        yield runner


@pytest.fixture(scope="module")
def stage(runner: asyncio.Runner) -> Iterator[Stage]:
    with open_stage(runner) as stage:
        yield stage


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for all the processes of this run of the tests."""
    own, run = tmp_path_factory.getbasetemp(), os.environ.get("PYTEST_XDIST_TESTRUNUID")
    folder = own.parent / f"lives-{run}" if run else own / "lives"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.mark.parametrize("shard", range(SHARDS))
def test_the_laws_hold_in_every_life(
    shard: int, runner: asyncio.Runner, stage: Stage, shared: Path
) -> None:
    seen: Seen = Counter()
    for seed in range(shard, LIVES, SHARDS):
        runner.run(Life(stage, seed, seen).live())
    (shared / f"{shard}.json").write_text(json.dumps(seen))
    reached = [json.loads(path.read_text()).keys() for path in shared.glob("*.json")]
    if len(reached) == SHARDS and LIVES >= ENOUGH:  # the last one looks at them all
        missed = expected() - set[str]().union(*reached)
        assert len(missed) <= MAX_MISSED, "; ".join(sorted(missed))


def test_a_seed_lives_the_same_life_again(runner: asyncio.Runner, stage: Stage) -> None:
    stories = []
    for seed in (7, 8, 9, 7, 8, 9):
        life = Life(stage, seed, Counter())
        runner.run(life.live())
        stories.append(life.story)
    assert stories[:3] == stories[3:]
    assert stories[0] != stories[1]


def test_lives_on_the_programs_own_driver_hold_the_laws(runner: asyncio.Runner) -> None:
    with open_stage(runner, threaded=True) as stage:
        for seed in range(THREADED):
            runner.run(Life(stage, seed, Counter()).live())
