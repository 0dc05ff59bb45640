"""Leaves as Python source: a value of the right type as it is, others by graphql-core."""

from functools import partial
from typing import Any

from graphql import GraphQLEnumType, GraphQLLeafType, Undefined

from bff.graphql.engine.plan.sources import NullError

MAX_ONE_DIGIT = 2**30 - 1  # Python compares such numbers faster than those of two digits
# Whether a value is already what the client is to see. `{v}` is a name that holds it.
UNCHANGED = {
    "String": "type({v}) is str",
    "ID": "type({v}) is str",
    "Int": f"type({{v}}) is int and {-MAX_ONE_DIGIT} <= {{v}} <= {MAX_ONE_DIGIT}",
    "Boolean": "{v} is True or {v} is False",
}


class EnumNames(dict[Any, Any]):
    """An enum's names by its values, each serialised when it is first looked up."""

    def __init__(self, enum: GraphQLEnumType) -> None:
        super().__init__()
        self._enum = enum

    def __missing__(self, value: Any) -> Any:
        name = self[value] = serialise(self._enum, value)
        return name


def serialise(leaf: GraphQLLeafType, value: Any) -> Any:
    """Raises NullError for null, and what graphql-core raises for any other value it refuses."""
    if value is None:
        raise NullError
    serialised = leaf.coerce_output_value(value)
    if serialised is None or serialised is Undefined:
        raise NullError
    return serialised


def null() -> Any:
    raise NullError


def leaf_expression(
    leaf: GraphQLLeafType, value: str, serialiser: str, local: str, *, nullable: bool
) -> str:
    """Python for the leaf at `value`; `serialiser` and `local` are names: of what `serialiser_of`
    returns, and of a variable that is free."""
    if isinstance(leaf, GraphQLEnumType):
        if nullable:
            return f"(None if ({local} := {value}) is None else {serialiser}[{local}])"
        return f"{serialiser}[{value}]"
    if condition := UNCHANGED.get(leaf.name):
        unchanged = condition.format(v=local)
        if nullable:
            test = f"({local} := {value}) is None or {unchanged}"
        else:
            first, _, rest = unchanged.partition(local)
            test = f"{first}({local} := {value}){rest}"
        return f"({local} if {test} else {serialiser}({local}))"
    otherwise = "None" if nullable else "null()"
    serialised = f"({local} if ({local} := {serialiser}({local})) is not None else null())"
    return f"({serialised} if ({local} := {value}) is not None else {otherwise})"


def serialiser_of(leaf: GraphQLLeafType) -> Any:
    """What `leaf_expression` looks up or calls."""
    if isinstance(leaf, GraphQLEnumType):
        return EnumNames(leaf)
    if leaf.name in UNCHANGED:
        return partial(serialise, leaf)
    return leaf.coerce_output_value
