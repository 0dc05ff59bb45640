"""What an operation selects, as a tree of types and fields, each field with its source."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)

from bff.graphql.engine.plan.arguments import FieldArguments, field_arguments
from bff.graphql.engine.plan.selections import Selections
from bff.graphql.engine.plan.sources import (
    Attribute,
    Host,
    ParentItself,
    PerLevel,
    PerParent,
    Source,
    UnplannableError,
)

MAX_FIELDS = 1_000
TYPENAME = "__typename"


@dataclass(slots=True)
class Field:
    """`source` None: __typename. `below`: by name, each type that its value may have."""

    key: str
    name: str
    type: GraphQLOutputType
    source: Source | None
    arguments: FieldArguments | None = None
    below: "dict[str, Shape]" = dataclasses.field(default_factory=dict)
    is_abstract: bool = False

    @property
    def plain(self) -> bool:
        """Whether its value, and everything below, is there without waiting."""
        now = isinstance(self.source, Attribute) or (
            isinstance(self.source, PerParent) and not self.source.is_async
        )
        below = not self.is_abstract and all(one.plain for one in self.below.values())
        return self.source is None or (now and below)


@dataclass(slots=True)
class Shape:
    """An object type, and the fields selected of it."""

    type: GraphQLObjectType
    fields: list[Field] = dataclasses.field(default_factory=list)

    @property
    def plain(self) -> bool:
        return all(one.plain for one in self.fields)


class ShapeBuilder:
    """Raises UnplannableError for what only graphql-core can execute. `fields`: how many so far."""

    def __init__(self, schema: GraphQLSchema, host: Host, selections: Selections) -> None:
        self._schema = schema
        self._host = host
        self._selections = selections
        self.fields = 0

    def shape(self, parent: GraphQLObjectType, sets: Iterable[SelectionSetNode]) -> Shape:
        """A shape counts as a field too: a type without fields costs a function."""
        selected = self._selections.of(parent, sets)
        self.fields += 1 + len(selected)
        if self.fields > MAX_FIELDS:
            raise UnplannableError("too large to be planned")
        return Shape(parent, [self._field(parent, key, nodes) for key, nodes in selected.items()])

    def _field(self, parent: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> Field:
        name = nodes[0].name.value
        definition = self._schema.get_field(parent, name)
        if definition is None or name.startswith("__"):
            if name != TYPENAME or definition is None:
                raise UnplannableError(name)
            return Field(key, name, definition.type, None)
        if parent is self._schema.subscription_type:
            source: Source | None = ParentItself()
        else:
            source = self._host.source(parent, definition)
        if source is None:
            raise UnplannableError(f"a field of {parent.name}")
        field = Field(key, name, definition.type, source)
        if isinstance(source, PerParent | PerLevel) and source.convert:
            field.arguments = field_arguments(definition, nodes[0], source.convert)
        self._descend(field, nodes)
        return field

    def _descend(self, field: Field, nodes: list[FieldNode]) -> None:
        named = get_named_type(field.type)
        if is_leaf_type(named):
            return
        field.is_abstract = is_abstract_type(named)
        types: Any = self._schema.get_possible_types(named) if field.is_abstract else [named]  # type: ignore[arg-type]
        sets = [node.selection_set for node in nodes if node.selection_set]
        field.below = {kind.name: self.shape(kind, sets) for kind in types}
