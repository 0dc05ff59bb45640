"""What is wrong with a payload: which field, and what would be right there."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError

from bff.importer.records import PARTS

Location = tuple[int | str, ...]
MOST = 20


@dataclass(frozen=True, slots=True)
class Mistake:
    """`field` is a path such as `data.lines[2].quantity`."""

    field: str
    expected: str

    def __str__(self) -> str:
        return f"{self.field}: expected {self.expected}"


def mistakes(model: type[BaseModel], error: ValidationError, within: str = "") -> list[Mistake]:
    """The first 20; `within` is the path of what was read."""
    problems = error.errors(include_url=False, include_input=False)[:MOST]
    found = [_mistake(model, problem["loc"], within) for problem in problems]
    return list(dict.fromkeys(found))


def _mistake(model: type[BaseModel], location: Location, within: str) -> Mistake:
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return Mistake(f"{within}{path}".removeprefix("."), _expected(model, list(_names(location))))


def _names(location: Location) -> Iterator[str]:
    return (part for part in location if isinstance(part, str))


def _expected(model: type[BaseModel], names: list[str]) -> str:
    if not names:
        return "a JSON object"
    *outer, last = names
    for name in outer:
        model = PARTS[name]
    by_alias = {field.alias or name: field for name, field in model.model_fields.items()}
    return str(by_alias[last].description)
