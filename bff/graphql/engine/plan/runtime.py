"""What compiled functions call while they run."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from itertools import islice
from typing import Any

from graphql.execution.values import VariableValues

from bff.graphql.engine.plan.arguments import FieldArguments
from bff.graphql.engine.plan.sources import Arguments, NullError, ResolverInfo

Values = Sequence[Any]
BLOCKING = "_asyncio_future_blocking"
Objects = Callable[[Values, "Run"], Awaitable[list[Any]]]


class Run:
    """One answer being made. `done`: what mutations have come to, by response name."""

    __slots__ = ("_arguments", "context", "done", "variables")

    def __init__(self, context: Any, variables: VariableValues) -> None:
        self.context = context
        self.variables = variables
        self.done: dict[str, Any] = {}
        self._arguments: dict[FieldArguments, Arguments] = {}

    def info(self, field_name: str) -> ResolverInfo:
        return ResolverInfo(self.context, field_name)

    def arguments(self, given: FieldArguments) -> Arguments:
        if given not in self._arguments:
            self._arguments[given] = given.read(self.variables)
        return self._arguments[given]

    async def mutate(self, key: str, effect: Awaitable[Any]) -> Any:
        """What came of it is kept: whoever finishes the answer must not do it again."""
        try:
            value = self.done[key] = await effect
        except Exception as error:
            self.done[key] = error
            raise
        return value


async def each(coroutines: list[Coroutine[Any, Any, Any]]) -> list[Any]:
    """All of them; one that needs to wait for nothing costs no task."""
    if len(coroutines) == 1:
        return [await coroutines[0]]
    values: list[Any] = [None] * len(coroutines)
    waiting: dict[int, _Begun] = {}
    try:
        for index, one in enumerate(coroutines):
            _begin(one, index, values, waiting)
        await _finish(values, waiting)
    finally:
        for begun in waiting.values():
            begun.close()
        for one in coroutines:
            one.close()
    return values


def _begin(
    one: Coroutine[Any, Any, Any], index: int, values: list[Any], waiting: "dict[int, _Begun]"
) -> None:
    try:
        waited_for = one.send(None)
    except StopIteration as end:
        values[index] = end.value
    else:
        _mark(waited_for, False)
        waiting[index] = _Begun(one, waited_for)


def _mark(waited_for: Any, waits: bool) -> None:
    """Asyncio's own sign between a future and the task that waits for it: several may."""
    if hasattr(waited_for, BLOCKING):
        setattr(waited_for, BLOCKING, waits)


async def _finish(values: list[Any], waiting: "dict[int, _Begun]") -> None:
    if not waiting:
        return
    async with asyncio.TaskGroup() as group:
        tasks = {index: group.create_task(begun) for index, begun in waiting.items()}
    for index, task in tasks.items():
        values[index] = task.result()


class _Begun(Coroutine[Any, Any, Any]):
    """A coroutine that waits for `waited_for`: a task takes over where it stands.

    Given up before that, it is told that what it waits for will not come, as a task would.
    """

    __slots__ = ("_coroutine", "_taken_over", "_waited_for")

    def __init__(self, coroutine: Coroutine[Any, Any, Any], waited_for: Any) -> None:
        self._coroutine = coroutine
        self._waited_for = waited_for
        self._taken_over = False

    def send(self, value: Any) -> Any:
        if self._taken_over:
            return self._coroutine.send(value)
        self._taken_over = True
        _mark(self._waited_for, True)
        return self._waited_for

    def throw(self, *error: Any) -> Any:
        self._give_up()
        return self._coroutine.throw(*error)

    def close(self) -> None:
        self._give_up()
        self._coroutine.close()

    def __await__(self) -> Any:
        return self

    def _give_up(self) -> None:
        if not self._taken_over and hasattr(self._waited_for, BLOCKING):
            self._waited_for.cancel()
        self._taken_over = True


def whole(values: Values) -> Values:
    """Raises NullError for a null among them."""
    for value in values:
        if value is None:
            raise NullError
    return values


def once(objects: Objects) -> Objects:
    """Of parents that share a value, the value is shown once."""

    async def complete(values: Values, run: Run) -> list[Any]:
        different = {id(value): value for value in values}
        if len(different) == len(values):
            return await objects(values, run)
        shown = dict(zip(different, await objects(list(different.values()), run), strict=True))
        return [shown[id(value)] for value in values]

    return complete


def not_null(objects: Objects) -> Objects:
    async def complete(values: Values, run: Run) -> list[Any]:
        return await objects(whole(values), run)

    return complete


def nullable(objects: Objects) -> Objects:
    async def complete(values: Values, run: Run) -> list[Any]:
        there = [value for value in values if value is not None]
        shown = iter(await objects(there, run) if there else ())
        return [None if value is None else next(shown) for value in values]

    return complete


def listed(objects: Objects) -> Objects:
    """Lists without nulls among the lists."""

    async def complete(values: Values, run: Run) -> list[Any]:
        flat = [one for several in values for one in several]
        return cut(await objects(flat, run) if flat else (), map(len, values))

    return complete


def cut(values: Iterable[Any], lengths: Iterable[int]) -> list[Any]:
    left = iter(values)
    return [list(islice(left, length)) for length in lengths]
