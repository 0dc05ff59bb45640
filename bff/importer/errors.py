"""What is wrong with the input: which file, line and field, and what would be right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MAX_LINES_NAMED = 20
WHOLE_LINE = "the whole line"


@dataclass(frozen=True, slots=True)
class LineError:
    """`line` counts from 1; `field` is a path such as `lines[2].quantity`."""

    file: str
    line: int
    field: str
    expected: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}, {self.field}: expected {self.expected}"


class InvalidFilesError(ValueError):
    """Nothing was kept. The text names the first 20 errors and counts the rest."""

    def __init__(self, errors: Sequence[LineError]) -> None:
        super().__init__(errors)
        self.errors = tuple(errors)

    def __str__(self) -> str:
        lines = [str(error) for error in self.errors[:MAX_LINES_NAMED]]
        rest = len(self.errors) - MAX_LINES_NAMED
        return "\n".join([*lines, *([f"and {rest} more"] if rest > 0 else [])])


class UnreadableFileError(ValueError):
    """The file itself can't be opened or read."""


def raise_for(errors: Iterable[LineError]) -> None:
    """Raise InvalidFilesError if there is any."""
    if every := list(errors):
        raise InvalidFilesError(every)
