"""A case: a document and its requests. A seed decides all of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import Any

from bff.graphql.schema import core
from bff.locale.language import LANGUAGES, Language
from tests.support.differential.damaged_towns import TOWNS, TOWNS_OF_CHANGES
from tests.support.differential.index import Index
from tests.support.differential.pool import NOBODY, Picker, Pool
from tests.support.differential.style import Style
from tests.support.differential.tree import Document, Operation
from tests.support.differential.values import Values
from tests.support.differential.writer import Writer

# How many of 100 documents get a word changed, taken out or doubled, so that they are wrong
SPOILT = 3
WORD = re.compile(r"\w+")
QUERY, MUTATION, SUBSCRIPTION = "query", "mutation", "subscription"
KINDS = {QUERY: 88, MUTATION: 6, SUBSCRIPTION: 6}
INDEXES = {kind: Index(core, kind.capitalize()) for kind in KINDS}
HOURS = (0, 0, 0, 1, 5, 12, 14, 24, 24 * 6)


@dataclass(frozen=True)
class Request:
    """Its shopper, time, language and variables; `variables` None: none are sent."""

    shopper: str | None
    language: Language
    later: timedelta
    name: str | None
    variables: Mapping[str, Any] | None


@dataclass(frozen=True)
class Case:
    """`town`: the name of the database. `text`: of the document, if that is not its tree's."""

    seed: int
    kind: str
    town: str
    document: Document
    requests: tuple[Request, ...]
    selected: frozenset[str]
    text: str | None = None

    @property
    def query(self) -> str:
        return self.document.text if self.text is None else self.text


class Maker:
    """`kinds`: how likely each is."""

    def __init__(self, pool: Pool, kinds: Mapping[str, int] = KINDS) -> None:
        self._pool = pool
        self._kinds = kinds

    def case(self, seed: int) -> Case:
        random = Random(seed)
        shopper = self._shopper(random)
        kind = _weighed(random, self._kinds)
        picker = Picker(random, self._pool, shopper, random.choice((0, 0, 0, 0, 0, 0.05, 0.2, 0.5)))
        writer = Writer(
            random, INDEXES[kind], Values(picker, changing=kind == MUTATION), Style.chosen(random)
        )
        document = writer.document(*self._operations(writer, kind))
        times = range(self._times(writer))
        case = Case(
            seed=seed,
            kind=kind,
            town=_weighed(random, TOWNS_OF_CHANGES if kind == MUTATION else TOWNS),
            document=document,
            requests=tuple(self._request(writer, shopper, document) for _ in times),
            selected=frozenset(writer.selected),
        )
        return spoilt(case, random) if random.random() < SPOILT / 100 else case

    def _shopper(self, random: Random) -> str | None:
        rest: list[str | None] = [None, NOBODY]
        return random.choice(self._pool.busy * 2 + rest)

    @staticmethod
    def _operations(writer: Writer, kind: str) -> list[Operation]:
        if kind != QUERY:
            return [writer.one_field(kind)]
        if writer.happens(0.5):
            return [writer.operation(None)]
        names = ["A", "B", "viewer"][: writer.random.choice((1, 1, 1, 1, 2, 3))]
        return [writer.operation(name) for name in names]

    @staticmethod
    def _times(writer: Writer) -> int:
        return writer.random.choice((1, 2, 3)) if writer.values.variables else 1

    def _request(self, writer: Writer, shopper: str | None, document: Document) -> Request:
        random = writer.random
        given = writer.values.given()
        return Request(
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


def _weighed(random: Random, choices: Mapping[str, int]) -> str:
    return random.choices([*choices], [*choices.values()])[0]


def spoilt(case: Case, random: Random) -> Case:
    found = random.choice([*WORD.finditer(case.query)])
    start, end = found.span()
    instead = random.choice(("nope", "", f"{found[0]} {found[0]}", "{", "id", "__typename", "5"))
    return replace(case, text=case.query[:start] + instead + case.query[end:])
