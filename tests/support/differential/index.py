"""The fields of each type, and the ways from one type to another."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    SchemaMetaFieldDef,
    TypeMetaFieldDef,
    Undefined,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
)

FAR = 99
META = {"__schema": SchemaMetaFieldDef, "__type": TypeMetaFieldDef}


@dataclass(frozen=True, slots=True)
class Argument:
    name: str
    type: Any
    optional: bool
    has_default: bool


@dataclass(frozen=True, slots=True)
class FieldStep:
    """A field of a type. `shape`: what another field of the same response name must have too."""

    owner: str
    name: str
    type: str
    shape: str
    leaf: bool
    many: bool
    arguments: tuple[Argument, ...]

    @property
    def path(self) -> str:
        return f"{self.owner}.{self.name}"


@dataclass(frozen=True, slots=True)
class FragmentStep:
    """Not a field, but a fragment on `type`."""

    type: str


Step = FieldStep | FragmentStep


class Index:
    def __init__(self, schema: GraphQLSchema, root: str = "Query") -> None:
        self.schema = schema
        self.root = root
        composite = (GraphQLObjectType, GraphQLInterfaceType, GraphQLUnionType)
        types = {name: of for name, of in schema.type_map.items() if isinstance(of, composite)}
        self.possible = {name: self._possible(of) for name, of in types.items()}
        self.fields = {name: self._fields(of) for name, of in types.items()}
        self.overlapping = {
            name: [other for other, those in self.possible.items() if those & mine]
            for name, mine in self.possible.items()
        }

    def _possible(self, of: Any) -> frozenset[str]:
        if not is_abstract_type(of):
            return frozenset({of.name})
        return frozenset(one.name for one in self.schema.get_possible_types(of))

    def _fields(self, of: Any) -> tuple[FieldStep, ...]:
        known: Mapping[str, GraphQLField] = getattr(of, "fields", {})
        return tuple(_field_step(of.name, name, one) for name, one in known.items())

    @cached_property
    def meta(self) -> tuple[FieldStep, ...]:
        """Introspection, at the root of a query."""
        return tuple(_field_step("Query", name, one) for name, one in META.items())

    def steps(self, of: str) -> list[Step]:
        """From a type, but no further."""
        down: list[Step] = [one for one in self.fields[of] if not one.leaf]
        narrower = self.possible[of] - {of}
        return [*down, *(FragmentStep(name) for name in sorted(narrower))]

    def distance(self, start: str, end: str) -> int:
        return self._distances[end].get(start, FAR)

    @cached_property
    def _distances(self) -> dict[str, dict[str, int]]:
        """To each type, from those from which it can be reached."""
        backward: dict[str, set[str]] = {name: set() for name in self.fields}
        for name in self.fields:
            for step in self.steps(name):
                backward[step.type].add(name)
        return {name: _spreading(name, backward) for name in self.fields}

    @cached_property
    def goals(self) -> tuple[FieldStep, ...]:
        """All fields that can be reached from the root, but for introspection."""
        return tuple(
            one
            for name, fields in self.fields.items()
            if not name.startswith("__") and self.distance(self.root, name) < FAR
            for one in fields
        )

    @cached_property
    def everything(self) -> frozenset[str]:
        """`Type.field`, and `Type.field(argument)`."""
        arguments = {f"{one.path}({arg.name})" for one in self.goals for arg in one.arguments}
        return frozenset({one.path for one in self.goals} | arguments)


def _spreading(name: str, backward: Mapping[str, set[str]]) -> dict[str, int]:
    found, edge, far = {name: 0}, {name}, 0
    while edge:
        far += 1
        edge = {before for one in edge for before in backward[one]} - found.keys()
        found |= dict.fromkeys(edge, far)
    return found


def _field_step(owner: str, name: str, field: GraphQLField) -> FieldStep:
    named = get_named_type(field.type)
    leaf = is_leaf_type(named)
    text = str(field.type)
    return FieldStep(
        owner=owner,
        name=name,
        type=named.name,
        shape=text if leaf else text.replace(named.name, "{}"),
        leaf=leaf,
        many=is_list_type(get_nullable_type(field.type)),
        arguments=tuple(_argument(name, one) for name, one in field.args.items()),
    )


def _argument(name: str, of: Any) -> Argument:
    nullable = get_nullable_type(of.type) is of.type
    has_default = of.default_value is not Undefined
    return Argument(name, of.type, nullable or has_default, has_default)
