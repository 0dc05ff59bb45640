"""A case: a document, and how it is asked for. A seed decides all of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import Any

from bff.locale.language import LANGUAGES, Language
from tests.differential.index import Index
from tests.differential.pool import NOBODY, Picker, Pool
from tests.differential.tree import Document, Operation
from tests.differential.values import Values
from tests.differential.writing import Style, Writer

# How many of 100 documents get a word changed, taken out or doubled, so that they are wrong
SPOILT = 3
WORD = re.compile(r"\w+")
HOURS = (0, 0, 0, 1, 5, 12, 14, 24, 24 * 6)


@dataclass(frozen=True)
class Asking:
    """Who asks, when and how, and with what: `variables` None are none at all."""

    shopper: str | None
    language: Language
    later: timedelta
    name: str | None
    variables: Mapping[str, Any] | None


@dataclass(frozen=True)
class Case:
    """`town`: the name of the database. `text`: of the document, if that is not its tree's."""

    seed: int
    town: str
    document: Document
    askings: Sequence[Asking]
    asked: frozenset[str]
    text: str | None = None

    @property
    def query(self) -> str:
        return self.document.text if self.text is None else self.text


class Maker:
    """`towns`: how likely each is."""

    def __init__(self, index: Index, pool: Pool, towns: Mapping[str, int]) -> None:
        self._index = index
        self._pool = pool
        self._towns = towns

    def case(self, seed: int) -> Case:
        random = Random(seed)
        shopper = self._shopper(random)
        picker = Picker(random, self._pool, shopper, random.choice((0, 0, 0, 0, 0, 0.05, 0.2, 0.5)))
        writer = Writer(random, self._index, Values(picker), Style.chosen(random))
        document = writer.document(*self._operations(writer))
        case = Case(
            seed=seed,
            town=random.choices([*self._towns], [*self._towns.values()])[0],
            document=document,
            askings=[self._asking(writer, shopper, document) for _ in range(self._times(writer))],
            asked=frozenset(writer.asked),
        )
        return spoilt(case, random) if random.random() < SPOILT / 100 else case

    def _shopper(self, random: Random) -> str | None:
        rest: list[str | None] = [None, NOBODY]
        return random.choice(self._pool.shoppers * 6 + rest)

    @staticmethod
    def _operations(writer: Writer) -> list[Operation]:
        if writer.happens(0.5):
            return [writer.operation(None)]
        names = ["A", "B", "viewer"][: writer.random.choice((1, 1, 1, 1, 2, 3))]
        return [writer.operation(name) for name in names]

    @staticmethod
    def _times(writer: Writer) -> int:
        return writer.random.choice((1, 2, 3)) if writer.values.variables else 1

    def _asking(self, writer: Writer, shopper: str | None, document: Document) -> Asking:
        random = writer.random
        given = writer.values.given()
        return Asking(
            shopper=shopper,
            language=random.choice(LANGUAGES),
            later=timedelta(hours=random.choice(HOURS)),
            name=self._name(random, document),
            variables=given or (given if random.random() < 0.5 else None),
        )

    @staticmethod
    def _name(random: Random, document: Document) -> str | None:
        """Seldom a wrong one, or none where one is needed."""
        if random.random() < 0.02:
            return random.choice(("Nope", "", None))
        one = random.choice(document.operations)
        return None if len(document.operations) == 1 and random.random() < 0.5 else one.name


def spoilt(case: Case, random: Random) -> Case:
    found = random.choice([*WORD.finditer(case.query)])
    start, end = found.span()
    instead = random.choice(("nope", "", f"{found[0]} {found[0]}", "{", "id", "__typename", "5"))
    return replace(case, text=case.query[:start] + instead + case.query[end:])
