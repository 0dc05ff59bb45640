"""What is wrong with the input: which file, line and field, and what would be right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SHOWN = 20
WHOLE_LINE = "the whole line"


@dataclass(frozen=True, slots=True)
class BadLine:
    """`line` counts from 1; `field` is a path such as `lines[2].quantity`."""

    file: str
    line: int
    field: str
    expected: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}, {self.field}: expected {self.expected}"


class BadLinesError(ValueError):
    """Nothing was kept. The text names the first 20 and counts the rest."""

    def __init__(self, bad: Sequence[BadLine]) -> None:
        super().__init__(bad)
        self.bad = tuple(bad)

    def __str__(self) -> str:
        told = [str(line) for line in self.bad[:SHOWN]]
        rest = len(self.bad) - SHOWN
        return "\n".join([*told, *([f"and {rest} more"] if rest > 0 else [])])


class UnreadableFileError(ValueError):
    """The file itself can't be opened or read."""


def refuse(bad: Iterable[BadLine]) -> None:
    """Raise BadLinesError if there is any."""
    if found := list(bad):
        raise BadLinesError(found)
