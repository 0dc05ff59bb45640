"""Every statement that a module keeps prepared, by its name."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import bff
from bff.db.pages import PageQuery
from bff.db.statements import Prepared

Named = tuple[str, Prepared[Any]]


def prepared() -> Iterator[Named]:
    for found in pkgutil.walk_packages(bff.__path__, "bff."):
        if "__main__" in found.name or ".migrations" in found.name:
            continue
        for name, value in vars(importlib.import_module(found.name)).items():
            yield from _within(f"{found.name}.{name}", value)


def _within(name: str, value: object) -> Iterator[Named]:
    """One that another module imports has the name that it has there too."""
    match value:
        case Prepared():
            yield name, value
        case PageQuery():
            yield from ((f"{name}.{at}", page) for at, page in value.prepared.items())
        case dict():
            for key, one in value.items():
                yield from _within(f"{name}.{key}", one)
        case list() | tuple():
            for place, one in enumerate(value):
                yield from _within(f"{name}.{place}", one)
