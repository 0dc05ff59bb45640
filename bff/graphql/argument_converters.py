"""Arguments from GraphQL's names and values to the resolvers' own, by functions made once a field.

As strawberry does it on every call; what it would do with unions, `Maybe` and the like is left
to it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING
from typing import Any

from strawberry.types.arguments import StrawberryArgument, convert_arguments
from strawberry.types.base import StrawberryList, StrawberryObjectDefinition, StrawberryOptional
from strawberry.types.enum import StrawberryEnumDefinition, has_enum_definition
from strawberry.types.field import StrawberryField
from strawberry.types.lazy_type import LazyType

from bff.graphql.engine.plan.sources import Arguments, Convert
from bff.graphql.schema import schema

Converter = Callable[[Any], Any]


class UnknownTypeError(Exception):
    """Strawberry has to convert it."""


def converter(definition: StrawberryField) -> Convert | None:
    """None where there are no arguments."""
    if not definition.arguments:
        return None
    try:
        return _arguments(definition.arguments)
    except UnknownTypeError:
        registry, config = schema.schema_converter.scalar_registry, schema.config
        return lambda given: convert_arguments(given, definition.arguments, registry, config)


def _arguments(known: Sequence[StrawberryArgument]) -> Convert:
    name_of = schema.config.name_converter.from_argument
    ways = [(name_of(one), one.python_name, _of_type(one.type)) for one in known]

    def convert(given: Arguments) -> Arguments:
        return {name: way(given[told]) for told, name, way in ways if told in given}

    return convert


def _of_type(kind: Any) -> Converter:
    """Raises UnknownTypeError."""
    if isinstance(kind, StrawberryOptional):
        return _of_type(kind.of_type)
    if isinstance(kind, LazyType):
        return _of_type(kind.resolve_type())
    if isinstance(kind, StrawberryList):
        return _listed(_of_type(kind.of_type))
    if kind in schema.schema_converter.scalar_registry:
        return _as_it_is
    if isinstance(kind, StrawberryEnumDefinition) or has_enum_definition(kind):
        return _as_it_is
    definition = getattr(kind, "__strawberry_definition__", None)
    if not isinstance(definition, StrawberryObjectDefinition) or definition.from_input:
        raise UnknownTypeError
    return _built(kind, definition)


def _as_it_is(value: Any) -> Any:
    return value


def _listed(one: Converter) -> Converter:
    return lambda values: None if values is None else [one(value) for value in values]


def _built(kind: type, definition: StrawberryObjectDefinition) -> Converter:
    """What is left out is the field's default, or else None."""
    name_of = schema.config.name_converter.from_field
    ways = [
        (name_of(one), one.python_name, _of_type(one.resolve_type(type_definition=definition)))
        for one in definition.fields
    ]
    left_out = {one.python_name: None for one in definition.fields if _has_no_default(one)}

    def build(given: Mapping[str, Any] | None) -> Any:
        if given is None:
            return None
        told = {name: way(given[key]) for key, name, way in ways if key in given}
        return kind(**left_out | told)

    return build


def _has_no_default(one: StrawberryField) -> bool:
    return one.default_value is MISSING and one.default_factory is MISSING
