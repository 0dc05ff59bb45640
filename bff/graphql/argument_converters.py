"""GraphQL's names and values of arguments into the resolvers' own, by functions made once a field.

Strawberry finds out on every call what to convert. Unions, `Maybe` and the like are left to it.
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
        return lambda values: convert_arguments(values, definition.arguments, registry, config)


def _arguments(arguments: Sequence[StrawberryArgument]) -> Convert:
    name_of = schema.config.name_converter.from_argument
    converters = [(name_of(one), one.python_name, _of_type(one.type)) for one in arguments]

    def convert(values: Arguments) -> Arguments:
        return {name: of(values[key]) for key, name, of in converters if key in values}

    return convert


def _of_type(kind: Any) -> Converter:
    """Raises UnknownTypeError."""
    if isinstance(kind, StrawberryOptional):
        return _of_type(kind.of_type)
    if isinstance(kind, LazyType):
        return _of_type(kind.resolve_type())
    if isinstance(kind, StrawberryList):
        item = _of_type(kind.of_type)
        return lambda values: None if values is None else [item(value) for value in values]
    if kind in schema.schema_converter.scalar_registry:
        return _unchanged
    if isinstance(kind, StrawberryEnumDefinition) or has_enum_definition(kind):
        return _unchanged
    definition = getattr(kind, "__strawberry_definition__", None)
    if not isinstance(definition, StrawberryObjectDefinition) or definition.from_input:
        raise UnknownTypeError
    return _input_object(kind, definition)


def _unchanged(value: Any) -> Any:
    return value


def _input_object(kind: type, definition: StrawberryObjectDefinition) -> Converter:
    """A field that is left out has its default, or else None."""
    name_of = schema.config.name_converter.from_field
    converters = [
        (name_of(one), one.python_name, _of_type(one.resolve_type(type_definition=definition)))
        for one in definition.fields
    ]
    nulls = {
        one.python_name: None
        for one in definition.fields
        if one.default_value is MISSING and one.default_factory is MISSING
    }

    def convert(values: Mapping[str, Any] | None) -> Any:
        if values is None:
            return None
        present = {name: of(values[key]) for key, name, of in converters if key in values}
        return kind(**nulls | present)

    return convert
