"""Where the values of this schema's fields come from, as they are declared."""

import inspect
from functools import cache
from typing import Any

from graphql import GraphQLAbstractType, GraphQLField, GraphQLObjectType
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import StrawberryResolver

from bff.graphql.argument_converters import converter
from bff.graphql.engine.plan.sources import Attribute, BatchSource, PerLevel, PerParent, Source
from bff.graphql.schema import core
from resolvers.fields import BATCH, LEVEL, BatchField

DEFINITION = "strawberry-definition"
FIRST_PARAMETERS = ("parent", "info")


class Declarations:
    """The plan's host: strawberry's definitions, with what `resolvers.fields` keeps beside them."""

    def source(self, parent: GraphQLObjectType, field: GraphQLField) -> Source | None:
        definition = field.extensions.get(DEFINITION)
        if not isinstance(definition, StrawberryField) or definition.extensions:
            return None
        if batch_field := definition.metadata.get(BATCH):
            return _batch_source(batch_field)
        if level := definition.metadata.get(LEVEL):
            return PerLevel(level, converter(definition))
        if definition.base_resolver is None:
            return Attribute(definition.python_name)
        return _per_parent(definition, definition.base_resolver)

    def type_name(self, value: Any, abstract: GraphQLAbstractType) -> str | None:
        return _type_name(value.__class__, abstract.name)


def _batch_source(field: BatchField) -> BatchSource:
    batch = field.batch
    return BatchSource(field.by, lambda context, keys: context.loaders.load_many(batch, keys))


def _per_parent(definition: StrawberryField, resolver: StrawberryResolver[Any]) -> PerParent | None:
    """None for a function whose parameters strawberry has to fill."""
    call = resolver._unbound_wrapped_func  # noqa: SLF001 - the function as it was written
    parameters = list(inspect.signature(call).parameters)
    first = [name for name in parameters if name in FIRST_PARAMETERS]
    if parameters != [*first, *(one.python_name for one in definition.arguments)]:
        return None
    convert = converter(definition)
    return PerParent(call, "parent" in first, "info" in first, resolver.is_async, convert)


@cache
def _type_name(kind: type, abstract: str) -> str | None:
    """The object type that shows values of a class; None where there are several, or none."""
    names = [
        one.name
        for one in core.get_possible_types(core.get_type(abstract))  # type: ignore[arg-type]
        if _shows(one, kind)
    ]
    return names[0] if len(names) == 1 else None


def _shows(object_type: GraphQLObjectType, kind: type) -> bool:
    definition = object_type.extensions[DEFINITION]
    assert isinstance(definition, StrawberryObjectDefinition)  # noqa: S101 - all of ours are
    models = getattr(definition.is_type_of, "models", None) or (definition.origin,)
    return issubclass(kind, models)
