"""Values of an abstract type: each goes to the function of its own type."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from graphql import GraphQLAbstractType

from bff.graphql.engine.plan.runtime import Objects, Run, Values
from bff.graphql.engine.plan.sources import Host, UnplannableError


class Branch:
    """`functions`: what completes the values of each type, by its name."""

    def __init__(
        self, abstract: GraphQLAbstractType, host: Host, functions: Mapping[str, Objects]
    ) -> None:
        self._abstract = abstract
        self._host = host
        self._functions = functions

    async def complete(self, values: Values, run: Run) -> list[Any]:
        places: defaultdict[str, list[int]] = defaultdict(list)
        for place, value in enumerate(values):
            places[self._type_of(value)].append(place)
        completed: list[Any] = [None] * len(values)
        for name, own in places.items():
            objects = await self._functions[name]([values[place] for place in own], run)
            for place, value in zip(own, objects, strict=True):
                completed[place] = value
        return completed

    def _type_of(self, value: Any) -> str:
        name = self._host.type_name(value, self._abstract)
        if name is None or name not in self._functions:
            raise UnplannableError(f"a value of {self._abstract.name}")
        return name
