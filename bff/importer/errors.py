"""What is wrong with the input: which file, line and field, and what would be right."""

from dataclasses import dataclass

WHOLE_LINE = "the whole line"


@dataclass(frozen=True, slots=True, order=True)
class LineError:
    """`line` counts from 1; `field` is a path such as `lines[2].quantity`."""

    file: str
    line: int
    field: str
    expected: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}, {self.field}: expected {self.expected}"


class UnreadableFileError(ValueError):
    """The file itself can't be opened or read."""
