"""From a file to records: each line on its own, every error found."""

from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import ValidationError

from bff.core.progress import Progress
from bff.core.validation import FieldError, validation_errors
from bff.domain.orders.records import StrictRecord
from bff.importer.errors import WHOLE_LINE, LineError, UnreadableFileError

R = TypeVar("R", bound=StrictRecord)


@dataclass(frozen=True, slots=True)
class Placed(Generic[R]):
    """A record and where it stands."""

    file: str
    line: int
    record: R

    def error(self, error: FieldError) -> LineError:
        return LineError(self.file, self.line, error.field, error.expected)


def read_records(
    path: Path | None, model: type[R], progress: Progress
) -> tuple[list[Placed[R]], list[LineError]]:
    """JSON Lines in UTF-8; empty lines are passed over. Raises UnreadableFileError."""
    if path is None:
        return [], []
    records: list[Placed[R]] = []
    errors: list[LineError] = []
    for number, text in _lines(path, progress):
        try:
            records.append(Placed(path.name, number, model.model_validate_json(text)))
        except ValidationError as error:
            errors += (
                LineError(path.name, number, each.field, each.expected)
                if each.field
                else LineError(path.name, number, WHOLE_LINE, "one JSON object, in UTF-8")
                for each in validation_errors(model, error)
            )
    return records, errors


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
