"""Coroutines begun on the spot: one that has nothing to wait for costs no task."""

import asyncio
from collections.abc import Coroutine, Generator, Sequence
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Rest(Generic[T]):
    """What is left of a coroutine that waits for `future`: to be awaited once.

    Nobody else may begin to wait for the future before that: asyncio marks it as awaited, and
    takes the mark off in the task that awaits this.
    """

    __slots__ = ("_coroutine", "_future")

    def __init__(self, coroutine: Coroutine[Any, Any, T], future: Any) -> None:
        self._coroutine = coroutine
        self._future = future

    def __await__(self) -> Generator[Any, Any, T]:
        try:
            yield self._future
        except BaseException as error:  # noqa: BLE001 - cancelled, and may wait to clean up
            return (yield from _thrown(self._coroutine, error))
        return (yield from self._coroutine.__await__())


def _thrown(coroutine: Coroutine[Any, Any, T], error: BaseException) -> Generator[Any, Any, T]:
    try:
        future = coroutine.throw(error)
    except StopIteration as end:
        value: T = end.value
        return value
    return (yield from Rest(coroutine, future).__await__())


def begin(coroutine: Coroutine[Any, Any, T]) -> tuple[T | None, Rest[T] | None]:
    """Its value, or the rest of it where it has to wait. It begins in the caller's task."""
    try:
        return None, Rest(coroutine, coroutine.send(None))
    except StopIteration as end:
        return end.value, None


async def gather(coroutines: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """The values of all, in order. The first that has to wait gives the later ones a task each."""
    if len(coroutines) == 1:
        return [await coroutines[0]]
    values: list[Any] = []
    try:
        for coroutine in coroutines:
            value, rest = begin(coroutine)
            if rest is not None:
                return values + await _together(rest, coroutines[len(values) + 1 :])
            values.append(value)
    except BaseException:
        for coroutine in coroutines[len(values) + 1 :]:
            coroutine.close()
        raise
    return values


async def _together(rest: Rest[T], others: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one) for one in others]
            value = await rest
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return [value, *(task.result() for task in tasks)]
