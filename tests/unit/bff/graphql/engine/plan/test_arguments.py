"""Arguments and variables, coerced as graphql-core coerces them."""

from typing import Any

import pytest
from graphql import FieldNode, GraphQLObjectType, OperationDefinitionNode, parse
from graphql.execution.values import VariableValues

from bff.graphql.engine.plan.arguments import (
    NO_VARIABLES,
    FieldArguments,
    Variables,
    field_arguments,
)
from bff.graphql.engine.plan.sources import UnplannableError
from tests.support.plan_schema import SCHEMA


def arguments_of(field: str, of: str = "Book") -> FieldArguments:
    operation = parse(f"{{ {field} }}").definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    node = operation.selection_set.selections[0]
    parent = SCHEMA.get_type(of)
    assert isinstance(node, FieldNode)
    assert isinstance(parent, GraphQLObjectType)
    return field_arguments(parent.fields[node.name.value], node, dict)


def variables_of(definitions: str) -> Variables:
    operation = parse(f"query({definitions}) {{ __typename }}").definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    return Variables(SCHEMA, operation)


def test_arguments_without_variables_are_read_once() -> None:
    assert arguments_of("rated(by: NEW)").constant == {"least": 3, "by": "NEW"}
    assert arguments_of("slow").constant == {}


def test_arguments_with_variables_are_read_from_them() -> None:
    arguments = arguments_of("wish(wish: {name: $n})", of="Query")
    assert arguments.constant is None
    values = arguments.read(VariableValues({}, {"n": "x"}))
    assert values == {"wish": {"name": "x", "many": [1, 2]}}


@pytest.mark.parametrize(
    ("definitions", "inputs", "values"),
    [
        ("$a: Int", {"a": 1}, {"a": 1}),
        ("$a: Int", {"a": None}, {"a": None}),
        ("$a: Int", {}, {}),
        ("$a: Int", None, {}),
        ("$a: Int! = 2", {}, {"a": 2}),
        ("$a: Int = 2", {"a": None}, {"a": None}),
        ("$a: Kind = NEW, $b: Boolean", {"b": True}, {"a": "NEW", "b": True}),
        ("$a: Wish", {"a": {"name": "x"}}, {"a": {"name": "x", "many": [1, 2]}}),
        ("$a: Int", {"a": 1, "unknown": 2}, {"a": 1}),
    ],
)
def test_variables_are_coerced(
    definitions: str, inputs: dict[str, Any] | None, values: dict[str, Any]
) -> None:
    assert variables_of(definitions).coerced(inputs).coerced == values


@pytest.mark.parametrize(
    ("definitions", "inputs"),
    [
        ("$a: Int!", {}),
        ("$a: Int!", {"a": None}),
        ("$a: Int", {"a": "x"}),
        ("$a: Kind", {"a": "FRESH"}),
        ("$a: Wish", {"a": {}}),
    ],
)
def test_a_value_that_its_type_refuses_is_left_to_graphql_core(
    definitions: str, inputs: dict[str, Any]
) -> None:
    with pytest.raises(UnplannableError, match="a"):
        variables_of(definitions).coerced(inputs)


def test_a_default_that_its_type_refuses_has_no_plan() -> None:
    with pytest.raises(UnplannableError):
        variables_of('$a: Int = "x"')


def test_of_the_documents_conditions_only_its_own_variables_count() -> None:
    assert variables_of("$a: Int, $c: Int").among(["a", "b", "c"]) == ("a", "c")
    operation = parse("{ __typename }").definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    assert Variables(SCHEMA, operation).coerced({"a": 1}) is NO_VARIABLES
