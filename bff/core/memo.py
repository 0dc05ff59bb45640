"""Pure functions that remember their latest answers, so many and no more."""

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")


def memoised(most: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """`lru_cache` of `most` answers that keeps the signature. Arguments are hashable.

    1 and True are two arguments: what is told of them differs.
    """

    def remember(function: Callable[P, T]) -> Callable[P, T]:
        return cast("Callable[P, T]", lru_cache(maxsize=most, typed=True)(function))

    return remember
