"""Awaitables begun on the spot, which spares a task where nothing has to be waited for."""

from collections.abc import Awaitable, Generator
from typing import Any


class Rest:
    """What remains of an awaitable that has begun and waits for something."""

    __slots__ = ("_steps", "_waited_for")

    def __init__(self, steps: Generator[Any, Any, Any], waited_for: Any) -> None:
        self._steps = steps
        self._waited_for = waited_for

    def __await__(self) -> Generator[Any, Any, None]:
        try:
            yield self._waited_for
        except BaseException:
            self._steps.close()
            raise
        yield from self._steps


def begun(awaitable: Awaitable[Any]) -> Rest | None:
    """None: it is done. It must not ask which task it runs in: it begins in the caller's."""
    steps = awaitable.__await__()
    try:
        return Rest(steps, next(steps))
    except StopIteration:
        return None
