"""A coroutine that runs in another context than the task that awaits it."""

from collections.abc import Callable, Coroutine, Generator
from contextvars import Context
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class WithinContext(Generic[T]):
    """To be awaited once. The context is entered for each step, so nothing else may be in it."""

    __slots__ = ("_context", "_coroutine")

    def __init__(self, context: Context, coroutine: Coroutine[Any, Any, T]) -> None:
        self._context = context
        self._coroutine = coroutine

    def __await__(self) -> Generator[Any, Any, T]:
        step: Callable[[Any], Any] = self._coroutine.send
        value: Any = None
        while True:
            try:
                waited_for = self._context.run(step, value)
            except StopIteration as end:
                result: T = end.value
                return result
            try:
                value = yield waited_for
            except BaseException as error:  # noqa: BLE001 - it is the coroutine's to handle
                step, value = self._coroutine.throw, error
            else:
                step = self._coroutine.send
