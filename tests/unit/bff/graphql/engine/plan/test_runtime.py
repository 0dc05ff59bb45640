"""What compiled functions call while they run."""

from typing import Any, cast

import pytest

from bff.graphql.engine.plan.arguments import NO_VARIABLES, FieldArguments
from bff.graphql.engine.plan.runtime import Run, Values, cut, distinct, in_lists, non_null, nullable
from bff.graphql.engine.plan.sources import NullError

RUN = Run(None, NO_VARIABLES)


class Doubling:
    """Completes numbers, and notes what it got."""

    def __init__(self) -> None:
        self.levels: list[list[int]] = []

    async def __call__(self, values: Values, _run: Run) -> list[Any]:
        self.levels.append(list(values))
        return [2 * value for value in values]


async def test_values_may_be_null() -> None:
    objects = Doubling()
    assert await nullable(objects)([1, None, 2], RUN) == [2, None, 4]
    assert await nullable(objects)([None, None], RUN) == [None, None]
    assert objects.levels == [[1, 2]]


async def test_a_null_where_none_may_be_raises() -> None:
    assert await non_null(Doubling())([1, 2], RUN) == [2, 4]
    with pytest.raises(NullError):
        await non_null(Doubling())([1, None], RUN)


async def test_lists_are_completed_as_one_level() -> None:
    objects = Doubling()
    assert await in_lists(objects)([[1, 2], [], [3]], RUN) == [[2, 4], [], [6]]
    assert await in_lists(objects)([[], []], RUN) == [[], []]
    assert objects.levels == [[1, 2, 3]]


async def test_what_parents_share_is_completed_once() -> None:
    objects, shared, other = Doubling(), 1_000_001, 1_000_003
    completed = await distinct(objects)([shared, other, shared], RUN)
    assert completed == [2_000_002, 2_000_006, 2_000_002]
    assert objects.levels == [[shared, other]]


def test_a_level_is_cut_into_lists_again() -> None:
    assert cut("abcd", [2, 0, 1]) == [["a", "b"], [], ["c"]]


def test_arguments_are_read_once_a_run() -> None:
    reads = []

    def read(variables: Any) -> dict[str, Any]:
        reads.append(variables)
        return {"a": 1}

    run, field = Run(None, NO_VARIABLES), FieldArguments(read, None)
    assert run.arguments(field) is run.arguments(field)
    assert reads == [NO_VARIABLES]
    assert run.info("f").field_name == "f"


async def test_what_a_mutation_came_to_is_kept() -> None:
    async def succeed() -> int:
        return 1

    async def fail() -> None:
        raise ValueError("no")

    run = Run(None, NO_VARIABLES)
    assert await run.mutate("a", succeed()) == 1
    with pytest.raises(ValueError, match="no"):
        await run.mutate("b", fail())
    assert run.effects["a"] == 1
    assert str(cast("Exception", run.effects["b"])) == "no"
