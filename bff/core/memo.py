"""Pure functions that keep their latest results, up to a number."""

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")


def memoised(max_results: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """`lru_cache` that keeps the signature. Arguments are hashable.

    1 and True are two arguments: messages that format them differ.
    """

    def wrap(function: Callable[P, T]) -> Callable[P, T]:
        return cast("Callable[P, T]", lru_cache(maxsize=max_results, typed=True)(function))

    return wrap
