"""From a file to records: each line on its own, every problem found."""

from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bff.importer.errors import WHOLE_LINE, BadLine, UnreadableFileError
from bff.importer.records import PARTS, Record

R = TypeVar("R", bound=Record)


class Progress(Protocol):
    """`start` begins the next stage, of `total` steps; `advance` counts steps done."""

    def start(self, description: str, total: int) -> None: ...

    def advance(self, steps: int) -> None: ...


class Quiet:
    def start(self, description: str, total: int) -> None:
        """Nobody watches."""

    def advance(self, steps: int) -> None:
        """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Placed(Generic[R]):
    """A record and where it stands."""

    file: str
    line: int
    record: R

    def bad(self, field: str, expected: str) -> BadLine:
        return BadLine(self.file, self.line, field, expected)


def read_records(
    path: Path, model: type[R], progress: Progress
) -> tuple[list[Placed[R]], list[BadLine]]:
    """JSON Lines in UTF-8; empty lines are passed over. Raises UnreadableFileError."""
    good: list[Placed[R]] = []
    bad: list[BadLine] = []
    for number, text in _lines(path, progress):
        try:
            good.append(Placed(path.name, number, model.model_validate_json(text)))
        except ValidationError as error:
            bad += (BadLine(path.name, number, *_told(model, part)) for part in error.errors())
    return good, bad


def _lines(path: Path, progress: Progress) -> Iterator[tuple[int, bytes]]:
    try:
        with path.open("rb") as file:
            progress.start(f"Reading {path.name}", path.stat().st_size)
            for number, line in enumerate(file, start=1):
                progress.advance(len(line))
                if text := line.removeprefix(BOM_UTF8 if number == 1 else b"").strip():
                    yield number, text
    except OSError as error:
        raise UnreadableFileError(f"{path.name}: {error.strerror}") from error


def _told(model: type[Record], error: ErrorDetails) -> tuple[str, str]:
    """The field's path and what would be right there."""
    location = error["loc"]
    if not location:
        return WHOLE_LINE, "one JSON object, in UTF-8"
    if error["type"] == "extra_forbidden":
        return _path(location), "no such field"
    if isinstance(location[-1], int):
        return _path(location), "a JSON object"
    return _path(location), _description(model, location)


def _path(location: tuple[int | str, ...]) -> str:
    """A name that is not in the format is shown in ASCII and cut: it may hold anything."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{_tame(part)}" for part in location)
    return "".join(parts).removeprefix(".")


def _tame(name: str) -> str:
    return ascii(name)[1:-1][:64]


def _description(model: type[Record], location: tuple[int | str, ...]) -> str:
    *outer, field = [part for part in location if isinstance(part, str)]
    for name in outer:
        model = PARTS[name]
    return str(model.model_fields[field].description)
