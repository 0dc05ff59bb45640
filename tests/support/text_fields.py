"""The fields of records that take any text, however deep."""

import json
from collections.abc import Iterator
from typing import Annotated, Any, get_args

from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

WITH_NUL = ("\0", "SF\0", "\0ret_1", "a\0b")


def takes_nul(model: type[BaseModel]) -> list[str]:
    """The fields that let in what PostgreSQL does not store."""
    return [
        name
        for name, adapter in text_fields(model)
        if any(_takes(adapter, text) for text in WITH_NUL)
    ]


def _takes(adapter: TypeAdapter[Any], text: str) -> bool:
    try:
        adapter.validate_json(json.dumps(text))
    except ValidationError:
        return False
    return True


def text_fields(model: type[BaseModel]) -> Iterator[tuple[str, TypeAdapter[Any]]]:
    """Each with what checks a value of it."""
    for name, field in model.model_fields.items():
        for inner in _models(field.annotation):
            yield from ((f"{name}.{below}", adapter) for below, adapter in text_fields(inner))
        if _is_text(field):
            checked: Any = Annotated[(field.annotation, Field(), *field.metadata)]
            yield name, TypeAdapter(checked)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _is_text(field: FieldInfo) -> bool:
    return field.annotation is str or str in _parts(field.annotation)


def _parts(annotation: Any) -> Iterator[Any]:
    for part in get_args(annotation):
        yield part
        yield from _parts(part)
