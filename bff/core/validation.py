"""What is wrong with an input: which field, and what would be right there."""

from dataclasses import dataclass
from itertools import islice
from typing import Annotated, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

JSON_OBJECT = "a JSON object"
NO_FIELD = "no such field"
ANOTHER_VALUE = "another value"
MAX_NAME = 64

Location = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class FieldError:
    """`field` is a path such as `lines[2].quantity`, and empty for the input as a whole."""

    field: str
    expected: str

    def __str__(self) -> str:
        return f"{self.field}: expected {self.expected}"


def validation_errors(
    model: type[BaseModel], error: ValidationError, within: str = "", limit: int | None = None
) -> list[FieldError]:
    """Each once, at most `limit`; `within` is the path of what was read.

    What is expected is the description of the field of `model`.
    """
    details = error.errors(include_url=False, include_input=False, include_context=False)
    errors = (
        FieldError(f"{within}{_path(each['loc'])}".removeprefix("."), _expected(model, each))
        for each in islice(details, limit)
    )
    return list(dict.fromkeys(errors))


def _path(location: Location) -> str:
    """A name that no field has may hold anything: it is written in ASCII, and cut."""
    return "".join(
        f"[{part}]" if isinstance(part, int) else f".{ascii(part)[1:-1][:MAX_NAME]}"
        for part in location
    )


def _expected(model: type[BaseModel], error: ErrorDetails) -> str:
    location = error["loc"]
    if not location:
        return JSON_OBJECT
    if error["type"] == "extra_forbidden":
        return NO_FIELD
    *outer, last = (part for part in location if isinstance(part, str))
    for name in outer:
        [model] = _models_in(_field(model, name).annotation)
    field = _field(model, last)
    if isinstance(location[-1], int) and _models_in(field.annotation):
        return JSON_OBJECT
    return field.description or _description_in(field.annotation) or ANOTHER_VALUE


def _description_in(annotation: object) -> str | None:
    """Such as that of `Phone` in `Phone | None`."""
    for part in get_args(annotation):
        if get_origin(part) is Annotated:
            described = (one for one in part.__metadata__ if isinstance(one, FieldInfo))
            return next((one.description for one in described if one.description), None)
    return None


def _field(model: type[BaseModel], name: str) -> FieldInfo:
    fields = {field.alias or own: field for own, field in model.model_fields.items()}
    return fields[name]


def _models_in(annotation: object) -> list[type[BaseModel]]:
    """Such as `Line` in `tuple[Line, ...]` or in `Line | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models_in(part)]
