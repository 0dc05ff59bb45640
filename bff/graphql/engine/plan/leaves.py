"""Leaves as source text: the quick way for what is as it should be, graphql-core's for the rest."""

from functools import partial
from typing import Any

from graphql import GraphQLEnumType, GraphQLLeafType, Undefined

from bff.graphql.engine.plan.sources import NullError

SMALL = 2**30 - 1  # Python compares such numbers faster than those of two digits
# Whether a value is already what the client is to see. `{v}` is a name that holds it.
AS_IT_IS = {
    "String": "type({v}) is str",
    "ID": "type({v}) is str",
    "Int": f"type({{v}}) is int and {-SMALL} <= {{v}} <= {SMALL}",
    "Boolean": "{v} is True or {v} is False",
}


class Serialised(dict[Any, Any]):
    """An enum's names by its values, found out when first met."""

    def __init__(self, enum: GraphQLEnumType) -> None:
        super().__init__()
        self._enum = enum

    def __missing__(self, value: Any) -> Any:
        name = self[value] = serialise(self._enum, value)
        return name


def serialise(leaf: GraphQLLeafType, value: Any) -> Any:
    """Raises whatever stands against it."""
    if value is None:
        raise NullError
    shown = leaf.coerce_output_value(value)
    if shown is None or shown is Undefined:
        raise NullError
    return shown


def null() -> Any:
    raise NullError


def written(leaf: GraphQLLeafType, value: str, name: str, held: str, *, nullable: bool) -> str:
    """An expression for the leaf at `value`; `name` is what `reader` is known as, `held` a name."""
    if isinstance(leaf, GraphQLEnumType):
        shown = f"{name}[{value}]"
        return f"(None if ({held} := {value}) is None else {name}[{held}])" if nullable else shown
    if quick := AS_IT_IS.get(leaf.name):
        return _quick(quick, value, name, held, nullable=nullable)
    otherwise = "None" if nullable else "null()"
    shown = f"({held} if ({held} := {name}({held})) is not None else null())"
    return f"({shown} if ({held} := {value}) is not None else {otherwise})"


def _quick(quick: str, value: str, name: str, held: str, *, nullable: bool) -> str:
    first, _, rest = quick.format(v=held).partition(held)
    if nullable:
        fine = f"({held} := {value}) is None or {quick.format(v=held)}"
    else:
        fine = f"{first}({held} := {value}){rest}"
    return f"({held} if {fine} else {name}({held}))"


def reader(leaf: GraphQLLeafType) -> Any:
    """What `written` looks up or calls."""
    if isinstance(leaf, GraphQLEnumType):
        return Serialised(leaf)
    if leaf.name in AS_IT_IS:
        return partial(serialise, leaf)
    return leaf.coerce_output_value
