"""What compiled functions call while they run."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from itertools import islice
from typing import Any

from graphql.execution.values import VariableValues

from bff.graphql.engine.plan.arguments import FieldArguments
from bff.graphql.engine.plan.sources import Arguments, NullError, ResolverInfo

Values = Sequence[Any]
Objects = Callable[[Values, "Run"], Awaitable[list[Any]]]


class Run:
    """One response being made. `effects`: what mutations came to, by response name."""

    __slots__ = ("_arguments", "context", "effects", "variables")

    def __init__(self, context: Any, variables: VariableValues) -> None:
        self.context = context
        self.variables = variables
        self.effects: dict[str, Any] = {}
        self._arguments: dict[FieldArguments, Arguments] = {}

    def info(self, field_name: str) -> ResolverInfo:
        return ResolverInfo(self.context, field_name)

    def arguments(self, field: FieldArguments) -> Arguments:
        if field not in self._arguments:
            self._arguments[field] = field.read(self.variables)
        return self._arguments[field]

    async def mutate(self, key: str, effect: Awaitable[Any]) -> Any:
        """Its value or exception is kept: graphql-core must not do it again."""
        try:
            value = self.effects[key] = await effect
        except Exception as error:
            self.effects[key] = error
            raise
        return value


def non_null(objects: Objects) -> Objects:
    """Raises NullError for a null among the values."""

    async def complete(values: Values, run: Run) -> list[Any]:
        for value in values:
            if value is None:
                raise NullError
        return await objects(values, run)

    return complete


def nullable(objects: Objects) -> Objects:
    async def complete(values: Values, run: Run) -> list[Any]:
        present = [value for value in values if value is not None]
        completed = iter(await objects(present, run) if present else ())
        return [None if value is None else next(completed) for value in values]

    return complete


def distinct(objects: Objects) -> Objects:
    """Completes a value that several parents share once."""

    async def complete(values: Values, run: Run) -> list[Any]:
        by_id = {id(value): value for value in values}
        if len(by_id) == len(values):
            return await objects(values, run)
        completed = dict(zip(by_id, await objects(list(by_id.values()), run), strict=True))
        return [completed[id(value)] for value in values]

    return complete


def in_lists(objects: Objects) -> Objects:
    """Completes lists; none of them is null."""

    async def complete(values: Values, run: Run) -> list[Any]:
        flat = [item for value in values for item in value]
        return cut(await objects(flat, run) if flat else (), map(len, values))

    return complete


def cut(values: Iterable[Any], lengths: Iterable[int]) -> list[Any]:
    rest = iter(values)
    return [list(islice(rest, length)) for length in lengths]
