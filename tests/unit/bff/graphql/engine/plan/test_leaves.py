"""Leaves: the generated expression gives what graphql-core gives, or raises."""

from typing import Any

import pytest
from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLError,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLScalarType,
    GraphQLString,
)

from bff.graphql.engine.plan.leaves import EnumNames, leaf_expression, null, serialiser_of
from bff.graphql.engine.plan.sources import NullError

KIND = GraphQLEnumType("Kind", {"OLD": 1, "NEW": 2})
MOMENT = GraphQLScalarType("Moment", serialize=lambda value: f"at {value}" if value else None)


def evaluated(leaf: GraphQLLeafType, value: Any, *, nullable: bool) -> Any:
    names = {"null": null, "s": serialiser_of(leaf), "x": value}
    return eval(leaf_expression(leaf, "x", "s", "v", nullable=nullable), names)


@pytest.mark.parametrize("nullable", [True, False])
@pytest.mark.parametrize(
    ("leaf", "value"),
    [
        (GraphQLString, "a"),
        (GraphQLString, 1),
        (GraphQLID, "a"),
        (GraphQLID, 7),
        (GraphQLInt, 0),
        (GraphQLInt, 2**31 - 1),
        (GraphQLInt, -(2**31)),
        (GraphQLInt, 1.0),
        (GraphQLInt, True),
        (GraphQLFloat, 1),
        (GraphQLFloat, 0.5),
        (GraphQLBoolean, True),
        (GraphQLBoolean, 0),
        (KIND, 2),
        (MOMENT, 3),
    ],
)
def test_a_value_is_serialised_as_by_graphql_core(
    leaf: GraphQLLeafType, value: Any, nullable: bool
) -> None:
    expected = leaf.coerce_output_value(value)
    shown = evaluated(leaf, value, nullable=nullable)
    assert (shown, type(shown)) == (expected, type(expected))


@pytest.mark.parametrize("leaf", [GraphQLString, GraphQLInt, GraphQLBoolean, KIND, MOMENT])
def test_null_is_null_where_it_may_be(leaf: GraphQLLeafType) -> None:
    assert evaluated(leaf, None, nullable=True) is None
    with pytest.raises((NullError, GraphQLError)):
        evaluated(leaf, None, nullable=False)


@pytest.mark.parametrize(
    ("leaf", "value"),
    [
        (GraphQLInt, 2**31),
        (GraphQLInt, "many"),
        (GraphQLFloat, float("nan")),
        (GraphQLBoolean, "no"),
        (GraphQLString, object()),
        (KIND, 3),
        (MOMENT, 0),
    ],
)
def test_a_value_that_its_leaf_refuses_raises(leaf: GraphQLLeafType, value: Any) -> None:
    for nullable in (True, False):
        with pytest.raises((NullError, GraphQLError, TypeError)):
            evaluated(leaf, value, nullable=nullable)


def test_an_enums_names_are_looked_up_once() -> None:
    names = EnumNames(KIND)
    assert (names[1], names[2], dict(names)) == ("OLD", "NEW", {1: "OLD", 2: "NEW"})
