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
    coerce_input_value,
    is_non_null_type,
)
from graphql.execution import get_argument_values, get_variable_values
from graphql.execution.values import VariableValues
from graphql.utilities import type_from_ast

from bff.graphql.engine.plan.nodes import variable_names
from bff.graphql.engine.plan.sources import Arguments, Convert, UnplannableError

NO_VARIABLES = VariableValues({}, {})


@dataclass(frozen=True, slots=True, eq=False)
class FieldArguments:
    """`constant`: the arguments where no variable is among them, else None."""

    read: Callable[[VariableValues], Arguments]
    constant: Arguments | None


def field_arguments(definition: GraphQLField, node: FieldNode, convert: Convert) -> FieldArguments:
    def read(variables: VariableValues) -> Arguments:
        return convert(get_argument_values(definition, node, variables))

    varies = variable_names(node.arguments or ())
    return FieldArguments(read, None if varies else read(NO_VARIABLES))


@dataclass(frozen=True, slots=True)
class Variable:
    name: str
    type: GraphQLInputType
    default: Any

    def value(self, inputs: Mapping[str, Any]) -> Any:
        """Undefined where there is none. Raises UnplannableError for one that its type refuses."""
        if self.name not in inputs:
            if self.default is Undefined and is_non_null_type(self.type):
                raise UnplannableError(self.name)
            return self.default
        coerced = coerce_input_value(inputs[self.name], self.type)
        if coerced is Undefined:
            raise UnplannableError(self.name)
        return coerced


class Variables:
    """Of an operation. Raises UnplannableError for a default that its type refuses."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        nodes = operation.variable_definitions or ()
        self._variables: list[Variable] = []
        for node in nodes:
            kind = type_from_ast(schema, node.type)
            default = Undefined
            if node.default_value:
                values = get_variable_values(schema, [node], {})
                if isinstance(values, list):
                    raise UnplannableError(node.variable.name.value)
                default = values.coerced.get(node.variable.name.value, Undefined)
            self._variables.append(Variable(node.variable.name.value, kind, default))  # type: ignore[arg-type]

    def among(self, names: Iterable[str]) -> tuple[str, ...]:
        own = {variable.name for variable in self._variables}
        return tuple(name for name in names if name in own)

    def coerced(self, inputs: Mapping[str, Any] | None) -> VariableValues:
        """Raises UnplannableError: graphql-core then says what is wrong."""
        if not self._variables:
            return NO_VARIABLES
        values = ((one.name, one.value(inputs or {})) for one in self._variables)
        return VariableValues({}, {name: value for name, value in values if value is not Undefined})
