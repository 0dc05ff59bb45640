"""The form in which one database takes SQL and values, and gives values back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.types import TypeEngine

Convert = Callable[[Any], Any]
Converters = Sequence[tuple[type[TypeEngine[Any]], Convert]]


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """Statements are compiled for its dialect; values of other types are as the driver has them."""

    dialect: Dialect
    encoders: Converters
    decoders: Converters

    def encoder(self, column_type: TypeEngine[Any]) -> Convert | None:
        """Makes a value what the driver takes; None where it is that already."""
        return _first(self.encoders, column_type)

    def decoder(self, column_type: TypeEngine[Any]) -> Convert | None:
        """Makes a value of what the driver gives, if not NULL; None where it is one already."""
        return _first(self.decoders, column_type)


def _first(converters: Converters, column_type: TypeEngine[Any]) -> Convert | None:
    return next((convert for kind, convert in converters if isinstance(column_type, kind)), None)
