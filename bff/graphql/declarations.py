"""How this schema's fields are declared, told to the plan."""

import inspect
from functools import cache
from typing import Any

from graphql import GraphQLAbstractType, GraphQLField, GraphQLObjectType
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

from bff.graphql.argument_converters import converter
from bff.graphql.engine.plan.sources import Attribute, BatchSource, PerLevel, PerParent, Source
from bff.graphql.schema import core
from resolvers.fields import BATCH, LEVEL, BatchField

DEFINITION = "strawberry-definition"
FIRST = ("parent", "info")


class Declarations:
    """Strawberry's definitions, with what `resolvers.fields` keeps beside them."""

    def source(self, parent: GraphQLObjectType, field: GraphQLField) -> Source | None:
        definition = field.extensions.get(DEFINITION)
        if not isinstance(definition, StrawberryField) or definition.extensions:
            return None
        if batch_field := definition.metadata.get(BATCH):
            return _batch_source(batch_field)
        if level := definition.metadata.get(LEVEL):
            return PerLevel(level, converter(definition))
        return _each(definition)

    def type_name(self, value: Any, abstract: GraphQLAbstractType) -> str | None:
        return _type_name(value.__class__, abstract.name)


def _batch_source(declared: BatchField) -> BatchSource:
    batch = declared.batch
    return BatchSource(declared.by, lambda context, keys: context.loaders.load_many(batch, keys))


def _each(definition: StrawberryField) -> Source | None:
    if definition.base_resolver is None:
        return Attribute(definition.python_name)
    resolver = definition.base_resolver
    call = resolver._unbound_wrapped_func  # noqa: SLF001 - the function as it was written
    taken = [name for name in inspect.signature(call).parameters if name in FIRST]
    known = tuple(one.python_name for one in definition.arguments)
    if list(inspect.signature(call).parameters) != [*taken, *known]:
        return None
    convert = converter(definition)
    return PerParent(call, "parent" in taken, "info" in taken, resolver.is_async, convert)


@cache
def _type_name(kind: type, abstract: str) -> str | None:
    """The object type that shows values of a class; None where there are several, or none."""
    possible = core.get_possible_types(core.get_type(abstract))  # type: ignore[arg-type]
    fitting = [one.name for one in possible if _shows(one, kind)]
    return fitting[0] if len(fitting) == 1 else None


def _shows(one: GraphQLObjectType, kind: type) -> bool:
    definition = one.extensions[DEFINITION]
    assert isinstance(definition, StrawberryObjectDefinition)  # noqa: S101 - all of ours are
    models = getattr(definition.is_type_of, "models", None) or (definition.origin,)
    return issubclass(kind, models)
