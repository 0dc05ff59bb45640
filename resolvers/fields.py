"""How types are declared: the models that they show, their fields, and how those resolve."""

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
from loaders.batch import AnyBatch

Info = strawberry.Info[Context, None]
View = TypeVar("View", bound=type)
Resolver = TypeVar("Resolver", bound=Callable[..., Any])

# Keys of a field's metadata: a BatchField, or the function that resolves a whole level.
BATCH, LEVEL = "batch", "level"
PARENT: Any = strawberry.Parent[Any]  # type: ignore[misc]


@dataclass(frozen=True)
class BatchField:
    """Kept with the field, so that the schema itself says what a level loads."""

    batch: AnyBatch[Any, Any]
    by: str


def attribute(description: str, *, name: str | None = None) -> Any:
    """A field whose value is the parent's attribute of the same name."""
    return strawberry.field(name=name, description=description)


def loaded(batch: AnyBatch[Any, Any], *, by: str, name: str | None = None, description: str) -> Any:
    """A field whose value lies in other rows: the parent's attribute `by` is the key of `batch`.

    One statement for all the parents of a level. A key of None is a value of None.
    """
    key_of = attrgetter(by)

    async def resolve(root: Any, info: Info) -> Any:
        key = key_of(root)
        return None if key is None else await info.context.loaders.load(batch, key)

    metadata = {BATCH: BatchField(batch, by)}
    return strawberry.field(resolver=resolve, name=name, description=description, metadata=metadata)


def resolved(description: str, *, kind: Any = None) -> Callable[[Resolver], Resolver]:
    """A field that a static method resolves; `kind` is its type in the schema where that differs
    from the method's own.
    """

    def declare(resolver: Resolver) -> Resolver:
        function = getattr(resolver, "__func__", resolver)
        field = strawberry.field(resolver=function, description=description, graphql_type=kind)
        return cast("Resolver", field)

    return declare


def resolved_by_level(description: str, *, kind: Any) -> Callable[[Resolver], Resolver]:
    """A field that a static method resolves for all the parents of a level at once.

    It takes the parents, the info and the field's arguments, and returns a value for each parent.
    Siblings with the same arguments are one level.
    """

    def declare(resolver: Resolver) -> Resolver:
        level = getattr(resolver, "__func__", resolver)
        field = strawberry.field(
            resolver=_for_one(level),
            description=description,
            graphql_type=kind,
            metadata={LEVEL: level},
        )
        return cast("Resolver", field)

    return declare


def _for_one(level: Callable[..., Any]) -> Callable[..., Any]:
    """The resolver of one parent, as graphql-core calls it: it waits for its siblings."""

    async def resolve(parent: Any, info: Info, **arguments: Any) -> Any:
        def resolve_level(parents: list[Any]) -> Any:
            return level(parents, info, **arguments)

        key = (level, tuple(sorted(arguments.items())))
        return await info.context.loaders.in_level(key, parent, resolve_level)

    first, *others = inspect.signature(level).parameters.values()
    parent = inspect.Parameter("parent", first.kind, annotation=PARENT)
    return with_signature(resolve, [parent, *others])


def with_signature(
    function: Callable[..., Any], parameters: list[inspect.Parameter]
) -> Callable[..., Any]:
    """The function, with the parameters that strawberry is to read instead of its own."""
    function.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    function.__annotations__ = {one.name: one.annotation for one in parameters}
    return function


def subscription(description: str, *, kind: Any) -> Callable[[Resolver], Resolver]:
    """A subscription whose static method returns where its events come from, each of `kind`."""

    def declare(resolver: Resolver) -> Resolver:
        function = getattr(resolver, "__func__", resolver)
        field = strawberry.subscription(
            resolver=function, description=description, graphql_type=kind
        )
        return cast("Resolver", field)

    return declare


@dataclass(frozen=True)
class IsInstance:
    """Whether a value is of one of the classes that a type is a view of."""

    models: tuple[type, ...]

    def __call__(self, value: object, _info: object) -> bool:
        return isinstance(value, self.models)


def view_of(*models: type, name: str | None = None, description: str) -> Callable[[View], View]:
    """A type whose values are domain objects of these classes as they are, without a copy."""

    def declare(view: View) -> View:
        strawberry.type(view, name=name, description=description)
        definition: StrawberryObjectDefinition = view.__strawberry_definition__  # type: ignore[attr-defined]
        definition.is_type_of = IsInstance(models)
        return view

    return declare


def describe_enum(
    enum: type[StrEnum], description: str, name: str | None = None, **values: str
) -> None:
    """Make an enum of the domain one of the schema, each value with its description."""
    strawberry.enum(enum, name=name, description=description)
    definition = cast("StrawberryEnumDefinition", enum.__strawberry_definition__)  # type: ignore[attr-defined]
    for value in definition.values:
        value.description = values[value.name]
