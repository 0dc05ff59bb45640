"""Generated operations: by graphql-core and by plan, the answers are equal.

One that differs tells its seed: `python -m tests.support.differential SEED` runs it again. Other
operations are generated with `DIFFERENTIAL_SEED=1` and up; `make differential` runs 20,000.
"""

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from bff.graphql.engine.engine import Engine, GraphQLRequest, RenewableContext, Stream
from bff.graphql.engine.response import GraphQLResponse
from bff.graphql.schema import core
from tests.support.differential.case import INDEXES, KINDS, MUTATION, QUERY, SUBSCRIPTION, Maker
from tests.support.differential.damaged_towns import SOUND
from tests.support.differential.pool import read_pool
from tests.support.differential.runner import MIN_PLANNED, opened

CHUNKS, AT_ONCE = 4, 125
FAR = 1_000_000
FIRST = FAR * int(os.environ.get("DIFFERENTIAL_SEED", "0"))
ENOUGH = {QUERY: 2_000, MUTATION: 8_000, SUBSCRIPTION: 2_000}


# graphql-core drops what it has not begun when an error ends it
pytestmark = pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_both_executors_give_the_same_answer(chunk: int, folder: Path) -> None:
    first = FIRST + chunk * AT_ONCE
    with opened(folder) as comparison:
        tally = comparison.run(range(first, first + AT_ONCE))
    assert not tally.differences, "\n".join(tally.differences)
    assert tally.share >= MIN_PLANNED, str(tally)


@pytest.mark.parametrize("kind", KINDS)
def test_a_few_operations_select_every_field(kind: str, folder: Path) -> None:
    maker = Maker(read_pool(folder / f"{SOUND}.sqlite3"), {kind: 1})
    missing = set(INDEXES[kind].everything)
    for seed in range(FIRST, FIRST + ENOUGH[kind]):
        missing -= maker.case(seed).selected
        if not missing:
            return
    raise AssertionError(sorted(missing))


def test_a_seed_makes_the_same_case_again(folder: Path) -> None:
    pool = read_pool(folder / f"{SOUND}.sqlite3")
    one, other = (Maker(pool) for _ in range(2))
    assert [one.case(seed) for seed in range(50)] == [other.case(seed) for seed in range(50)]


class Liar(Engine):
    """It gives the fields of money in another order."""

    async def begin(
        self, request: GraphQLRequest, context: RenewableContext
    ) -> GraphQLResponse | Stream:
        true = await super().begin(request, context)
        if isinstance(true, Stream):
            return true
        return replace(true, body=orjson.dumps(turned(orjson.loads(true.body))))


def turned(value: Any) -> Any:
    if isinstance(value, list):
        return [turned(one) for one in value]
    if not isinstance(value, dict):
        return value
    keys = [*value]
    if {"minor", "currency"} <= value.keys():
        keys.reverse()
    return {key: turned(value[key]) for key in keys}


def test_a_difference_is_found_and_shrunk(folder: Path) -> None:
    with opened(folder, (Engine(core, None), Liar(core, None))) as comparison:
        difference = comparison.run(range(200)).differences[0]
    leaves = re.findall(r"^ +(\w+)$", difference, re.MULTILINE)
    assert sorted(leaves) == ["currency", "minor"], difference
