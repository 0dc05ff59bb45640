"""What a part has measured: figures by name, and sheets for people."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from rich.table import Table

from benchmarks.rounds import Extent, Figures

Figure = dict[str, float]


@dataclass(frozen=True, slots=True)
class Options:
    """`folder` is for what a run needs and nobody afterwards."""

    extent: Extent
    quick: bool
    folder: Path


@dataclass(slots=True)
class Sheet:
    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    note: str = ""

    def add(self, *cells: str) -> None:
        self.rows.append(cells)

    def table(self) -> Table:
        table = Table(title=self.title, caption=self.note or None)
        for place, column in enumerate(self.columns):
            table.add_column(column, justify="right" if place else "left")
        for row in self.rows:
            table.add_row(*row)
        return table


@dataclass(slots=True)
class Outcome:
    """`figures` are what the limits look at and the picture is drawn from."""

    figures: Figure = field(default_factory=dict)
    sheets: list[Sheet] = field(default_factory=list)


def format_figures(figures: Figures, digits: int = 0) -> str:
    """The median and how far the rounds lie apart."""
    return f"{figures.median:,.{digits}f} ±{figures.spread / 2:.0%}"


def percentile(values: Iterable[float], percent: float) -> float:
    """By nearest rank; infinite where there is nothing."""
    ordered = sorted(values)
    if not ordered:
        return float("inf")
    rank = max(1, -(-len(ordered) * percent // 100))
    return ordered[int(rank) - 1]
