"""Measured by turns, so that whatever else the machine does falls on all alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Generic, TypeVar

from rich.console import Console
from rich.progress import Progress

K = TypeVar("K")
CONNECTIONS = (1, 16, 64)


@dataclass(frozen=True, slots=True)
class Extent:
    """How long and how often each is measured, in whole seconds, as wrk counts them."""

    seconds: int
    rounds: int
    warm_up_s: int


@dataclass(frozen=True, slots=True)
class Figures:
    """One a round."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.values)

    @property
    def spread(self) -> float:
        """From the least to the most, as a part of the median."""
        return (max(self.values) - min(self.values)) / self.median if self.median else 0.0


class Alternating(Generic[K]):
    def __init__(self, keys: Sequence[K], what: str) -> None:
        self._keys = keys
        self._what = what

    def run(self, rounds: int, measure: Callable[[K, int], float]) -> dict[K, Figures]:
        """A B C, A B C: `measure` gets the key and the number of the round."""
        found: dict[K, list[float]] = {key: [] for key in self._keys}
        with Progress(console=Console(stderr=True)) as progress:
            bar = progress.add_task(self._what, total=rounds * len(self._keys))
            for number in range(rounds):
                for key in self._keys:
                    found[key].append(measure(key, number))
                    progress.advance(bar)
        return {key: Figures(tuple(values)) for key, values in found.items()}


def ratio(one: float, other: float) -> float:
    return one / other if other else float("inf")
