"""Values of an abstract type: each goes to the function of its own type."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from graphql import GraphQLAbstractType

from bff.graphql.engine.plan.runtime import Objects, Run, Values
from bff.graphql.engine.plan.sources import Host, UnplannableError


class Branch:
    """`written`: the function of each type, by its name."""

    def __init__(
        self, abstract: GraphQLAbstractType, host: Host, written: Mapping[str, Objects]
    ) -> None:
        self._abstract = abstract
        self._host = host
        self._written = written

    async def complete(self, values: Values, run: Run) -> list[Any]:
        places: defaultdict[str, list[int]] = defaultdict(list)
        for place, value in enumerate(values):
            places[self._type_of(value)].append(place)
        shown: list[Any] = [None] * len(values)
        for name, mine in places.items():
            done = await self._written[name]([values[place] for place in mine], run)
            for place, one in zip(mine, done, strict=True):
                shown[place] = one
        return shown

    def _type_of(self, value: Any) -> str:
        name = self._host.type_name(value, self._abstract)
        if name is None or name not in self._written:
            raise UnplannableError(f"a value of {self._abstract.name}")
        return name
