"""What one statement finds for more than the one who asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Joined(Generic[T]):
    """`also`: what these functions of a store would find, by function and key."""

    found: T
    also: Mapping[Callable[..., Any], Mapping[Any, Any]]
