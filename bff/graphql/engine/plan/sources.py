"""Where a field's value comes from, as the host of a schema declares it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from graphql import GraphQLAbstractType, GraphQLField, GraphQLObjectType

Arguments = dict[str, Any]
Convert = Callable[[Arguments], Arguments]


@dataclass(slots=True)
class ResolverInfo:
    """In place of graphql-core's info: what a resolver needs of it."""

    context: Any
    field_name: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """The parent's attribute."""

    name: str


@dataclass(frozen=True, slots=True)
class BatchSource:
    """In other rows: the parent's attribute `by` is their key; the value for None is None.

    `load` takes the context and the keys of a whole level, and returns a value for each.
    """

    by: str
    load: Callable[[Any, Sequence[Any]], Awaitable[Sequence[Any]]]


@dataclass(frozen=True, slots=True)
class PerParent:
    """A function called for each parent, with the parent and the ResolverInfo where it takes them.

    `convert` turns GraphQL's arguments into the function's own; None where there are none.
    """

    call: Callable[..., Any]
    takes_parent: bool
    takes_info: bool
    is_async: bool
    convert: Convert | None = None


@dataclass(frozen=True, slots=True)
class PerLevel:
    """A coroutine function called once a level: (parents, info, **arguments) to their values."""

    call: Callable[..., Awaitable[Sequence[Any]]]
    convert: Convert | None = None


@dataclass(frozen=True, slots=True)
class ParentItself:
    """The parent: an event of a subscription is its field's value."""


Source = Attribute | BatchSource | PerParent | PerLevel | ParentItself


class Host(Protocol):
    def source(self, parent: GraphQLObjectType, field: GraphQLField) -> Source | None:
        """None: only graphql-core can answer it."""

    def type_name(self, value: Any, abstract: GraphQLAbstractType) -> str | None:
        """Of the object type that a value has; None where it cannot be decided."""


class UnplannableError(Exception):
    """Why graphql-core has to answer."""


class NullError(UnplannableError):
    """A null where none may be."""
