"""Expected refusals: exceptions that carry facts, translated for the client in one place."""

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar


class Refusal(Exception):
    """Nothing was changed; `code` and the subclass's fields say why."""

    code: ClassVar[str]

    def __init_subclass__(cls) -> None:
        cls.code = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__).upper()


@dataclass(frozen=True)
class InvalidField:
    """`field` is a path in the input; `expected`, a message with `facts`, would be right there."""

    field: str
    expected: str
    facts: Mapping[str, str | int] = dataclasses.field(default_factory=dict)


@dataclass(eq=False)
class InvalidInput(Refusal):
    """As `InvalidField`; `others`: further fields of the same input that are wrong."""

    field: str
    expected: str
    facts: Mapping[str, str | int] = dataclasses.field(default_factory=dict)
    others: Sequence[InvalidField] = ()

    @property
    def errors(self) -> list[InvalidField]:
        return [InvalidField(self.field, self.expected, self.facts), *self.others]


@dataclass(eq=False)
class NotFound(Refusal):
    """Unknown, or another shopper's: the two look the same."""

    field: str


@dataclass(eq=False)
class IdempotencyConflict(Refusal):
    idempotency_key: str
