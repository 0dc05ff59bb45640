"""How types are declared: what they show, and the edges to other rows."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter
from typing import Any, TypeVar, cast

import strawberry
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.enum import StrawberryEnumDefinition

from bff.graphql.context import Context
from loaders.batch import Batch

Info = strawberry.Info[Context, None]
View = TypeVar("View", bound=type)
Resolver = TypeVar("Resolver", bound=Callable[..., Any])

EDGE, LEVEL = "edge", "level"
PARENT: Any = strawberry.Parent[Any]  # type: ignore[misc]


@dataclass(frozen=True)
class Edge:
    """Kept with the field, so that the schema itself says what a level loads."""

    batch: Batch[Any, Any]
    by: str


def loaded(batch: Batch[Any, Any], *, by: str, name: str | None = None, description: str) -> Any:
    """A field whose value lies in other rows: the parent's attribute `by` is the key of `batch`.

    One statement for all the parents of a level. A key of None is a value of None.
    """
    key_of = attrgetter(by)

    async def resolve(root: Any, info: Info) -> Any:
        key = key_of(root)
        return None if key is None else await info.context.loaders.load(batch, key)

    edge = {EDGE: Edge(batch, by)}
    return strawberry.field(resolver=resolve, name=name, description=description, metadata=edge)


def shown(description: str, *, name: str | None = None) -> Any:
    """A field that shows the attribute of the same name."""
    return strawberry.field(name=name, description=description)


def answers(description: str, *, kind: Any = None) -> Callable[[Resolver], Resolver]:
    """A field that a static method answers; `kind` is its type in the schema where that differs."""

    def declare(resolver: Resolver) -> Resolver:
        plain = getattr(resolver, "__func__", resolver)
        made = strawberry.field(resolver=plain, description=description, graphql_type=kind)
        return cast("Resolver", made)

    return declare


def answers_level(description: str, *, kind: Any) -> Callable[[Resolver], Resolver]:
    """A field that a static method answers for all the parents of a level at once.

    It takes the parents, the info and the field's arguments, and gives a value a parent. What
    siblings ask for under the same arguments is one level.
    """

    def declare(resolver: Resolver) -> Resolver:
        plain = getattr(resolver, "__func__", resolver)
        metadata = {LEVEL: plain}
        made = strawberry.field(
            resolver=_one_of(plain), description=description, graphql_type=kind, metadata=metadata
        )
        return cast("Resolver", made)

    return declare


def _one_of(level: Callable[..., Any]) -> Callable[..., Any]:
    """The same for one parent, as graphql-core asks: it waits for its siblings."""

    async def resolve(parent: Any, info: Info, **given: Any) -> Any:
        def answer(parents: list[Any]) -> Any:
            return level(parents, info, **given)

        key = (level, tuple(sorted(given.items())))
        return await info.context.loaders.in_turn(key, parent, answer)

    first, *others = inspect.signature(level).parameters.values()
    parent = inspect.Parameter("parent", first.kind, annotation=PARENT)
    resolve.__signature__ = inspect.Signature([parent, *others])  # type: ignore[attr-defined]
    resolve.__annotations__ = {one.name: one.annotation for one in (parent, *others)}
    return resolve


def pushes(description: str, *, kind: Any) -> Callable[[Resolver], Resolver]:
    """A subscription that a static method feeds with things of `kind`."""

    def declare(resolver: Resolver) -> Resolver:
        plain = getattr(resolver, "__func__", resolver)
        made = strawberry.subscription(resolver=plain, description=description, graphql_type=kind)
        return cast("Resolver", made)

    return declare


@dataclass(frozen=True)
class Shows:
    """Whether a value is of one of the classes that a type shows."""

    models: tuple[type, ...]

    def __call__(self, value: object, _info: object) -> bool:
        return isinstance(value, self.models)


def shows(*models: type, name: str | None = None, description: str) -> Callable[[View], View]:
    """A type that shows domain objects of these classes as they are, without copying them."""

    def declare(view: View) -> View:
        made = strawberry.type(view, name=name, description=description)
        definition: StrawberryObjectDefinition = made.__strawberry_definition__  # type: ignore[attr-defined]
        definition.is_type_of = Shows(models)
        return made

    return declare


def worded(words: type[StrEnum], description: str, name: str | None = None, **values: str) -> None:
    """Make an enum of the domain one of the schema, each value with its description."""
    strawberry.enum(words, name=name, description=description)
    definition = cast("StrawberryEnumDefinition", words.__strawberry_definition__)  # type: ignore[attr-defined]
    for value in definition.values:
        value.description = values[value.name]
