"""What an operation asks for, as a tree of types and fields with where each value comes from."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)

from bff.plan.arguments import Given, given
from bff.plan.selections import Selections
from bff.plan.sources import Attribute, Each, Host, Itself, Level, Source, UnplannableError

MOST_FIELDS = 1_000
TYPENAME = "__typename"


@dataclass(slots=True)
class Field:
    """`source` None: __typename. `below` None: a leaf, or of an abstract type."""

    key: str
    name: str
    type: GraphQLOutputType
    source: Source | None
    given: Given | None = None
    below: "Shape | None" = None
    sets: tuple[SelectionSetNode, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether its value, and all below, can be had without waiting."""
        now = isinstance(self.source, Attribute) or (
            isinstance(self.source, Each) and not self.source.is_async
        )
        return self.source is None or (now and self._plain_below)

    @property
    def _plain_below(self) -> bool:
        return self.below.plain if self.below else not self.sets


@dataclass(slots=True)
class Shape:
    """An object type, and what is asked of it."""

    type: GraphQLObjectType
    fields: list[Field] = field(default_factory=list)

    @property
    def plain(self) -> bool:
        return all(one.plain for one in self.fields)


class Shaper:
    """Raises UnplannableError for what only graphql-core can answer."""

    def __init__(self, schema: GraphQLSchema, host: Host, selections: Selections) -> None:
        self._schema = schema
        self._host = host
        self._selections = selections
        self._left = MOST_FIELDS

    def shape(self, parent: GraphQLObjectType, sets: Iterable[SelectionSetNode]) -> Shape:
        asked = self._selections.of(parent, sets)
        self._left -= len(asked)
        if self._left < 0:
            raise UnplannableError("too large to be planned")
        return Shape(parent, [self._field(parent, key, nodes) for key, nodes in asked.items()])

    def _field(self, parent: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> Field:
        name = nodes[0].name.value
        definition = self._schema.get_field(parent, name)
        if definition is None or name.startswith("__"):
            return self._meta(key, name, definition)
        source = self._source(parent, definition)
        made = Field(key, name, definition.type, source)
        if isinstance(source, Each | Level) and source.convert:
            made.given = given(definition, nodes[0], source.convert)
        self._descend(made, nodes)
        return made

    @staticmethod
    def _meta(key: str, name: str, definition: GraphQLField | None) -> Field:
        if name != TYPENAME or definition is None:
            raise UnplannableError(name)
        return Field(key, name, definition.type, None)

    def _source(self, parent: GraphQLObjectType, definition: GraphQLField) -> Source:
        if parent is self._schema.subscription_type:
            return Itself()
        source = self._host.source(parent, definition)
        if source is None:
            raise UnplannableError(f"a field of {parent.name}")
        return source

    def _descend(self, made: Field, nodes: list[FieldNode]) -> None:
        named = get_named_type(made.type)
        if is_leaf_type(named):
            return
        made.sets = tuple(node.selection_set for node in nodes if node.selection_set)
        if not is_abstract_type(named):
            assert isinstance(named, GraphQLObjectType)  # noqa: S101 - no other kind is left
            made.below = self.shape(named, made.sets)
