"""How a document is written, and the place of a selection in it."""

from dataclasses import dataclass
from random import Random

from tests.support.differential.index import FieldStep

FIELDS, MAX_FIELDS = (2, 3, 4, 5, 6, 6, 8, 8, 10, 12, 16, 25, 35), 120


@dataclass(frozen=True, slots=True)
class Style:
    """Of a document, so that one is unlike the other: how much of what there is in it."""

    fields: int
    depth: int
    fragments: bool
    alias: float
    directive: float
    narrow: float
    again: float
    wide: float
    bare: float

    @classmethod
    def chosen(cls, random: Random) -> "Style":
        return cls(
            fields=random.choice(FIELDS) if random.random() < 0.99 else MAX_FIELDS,
            depth=random.choice((4, 6, 6, 8, 8, 10, 14, 19, 22)),
            fragments=random.random() < 0.5,
            alias=random.choice((0, 0.1, 0.3, 0.6)),
            directive=random.choice((0, 0, 0.1, 0.3)),
            narrow=random.choice((0, 0.1, 0.2, 0.4)),
            again=random.choice((0, 0.1, 0.25)),
            wide=random.choice((0, 0, 0.3)),
            bare=random.choice((0, 0.05, 0.2)),
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where selections are written: in which response, and how far down, within which lists."""

    path: tuple[str, ...] = ()
    depth: int = 1
    lists: frozenset[str] = frozenset()
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A fragment that may be spread again."""

    name: str
    on: str
    fields: int
    depth: int
    lists: frozenset[str]


@dataclass
class Goal:
    """A field that is to be reached, by ways that are at most `slack` steps too long."""

    target: FieldStep
    slack: int
    narrowed: str | None = None
