"""Arguments and variables, coerced as the specification says."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLInputType,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    VariableNode,
    Visitor,
    coerce_input_value,
    is_non_null_type,
    visit,
)
from graphql.execution import get_argument_values, get_variable_values
from graphql.execution.values import VariableValues
from graphql.utilities import type_from_ast

from bff.graphql.engine.plan.sources import Arguments, Convert, UnplannableError


@dataclass(frozen=True, slots=True, eq=False)
class FieldArguments:
    """A field's arguments: `known` at once where no variable is among them."""

    read: Callable[[VariableValues], Arguments]
    known: Arguments | None


def given(definition: GraphQLField, node: FieldNode, convert: Convert) -> FieldArguments:
    def read(variables: VariableValues) -> Arguments:
        return convert(get_argument_values(definition, node, variables))

    varies = any(_has_variable(argument) for argument in node.arguments or ())
    return FieldArguments(read, None if varies else read(NO_VARIABLES))


class _Found(Exception):
    pass


class _Seeker(Visitor):
    def enter_variable(self, _node: VariableNode, *_: object) -> None:
        raise _Found


def _has_variable(node: Any) -> bool:
    try:
        visit(node, _Seeker())
    except _Found:
        return True
    return False


NO_VARIABLES = VariableValues({}, {})


@dataclass(frozen=True, slots=True)
class Variable:
    name: str
    type: GraphQLInputType
    default: Any

    def value(self, inputs: Mapping[str, Any]) -> Any:
        """Undefined where there is none. Raises UnplannableError for what is not right."""
        if self.name not in inputs:
            if self.default is Undefined and is_non_null_type(self.type):
                raise UnplannableError(self.name)
            return self.default
        coerced = coerce_input_value(inputs[self.name], self.type)
        if coerced is Undefined:
            raise UnplannableError(self.name)
        return coerced


class Variables:
    """Of an operation. Raises UnplannableError for a default that is not right."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        nodes = operation.variable_definitions or ()
        self._known: list[Variable] = []
        for node in nodes:
            kind = type_from_ast(schema, node.type)
            default = Undefined
            if node.default_value:
                alone = get_variable_values(schema, [node], {})
                if isinstance(alone, list):
                    raise UnplannableError(node.variable.name.value)
                default = alone.coerced.get(node.variable.name.value, Undefined)
            self._known.append(Variable(node.variable.name.value, kind, default))  # type: ignore[arg-type]

    def among(self, names: Iterable[str]) -> tuple[str, ...]:
        known = {one.name for one in self._known}
        return tuple(name for name in names if name in known)

    def coerced(self, inputs: Mapping[str, Any] | None) -> VariableValues:
        """Raises UnplannableError: graphql-core then says what is wrong."""
        if not self._known:
            return NO_VARIABLES
        values = ((one.name, one.value(inputs or {})) for one in self._known)
        return VariableValues({}, {name: value for name, value in values if value is not Undefined})
