"""What a document may cost: checked in one pass before it is validated, which costs more."""

from dataclasses import dataclass, replace

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

from bff.graphql.engine.plan.nodes import fragments_of

# Validation's time grows with the square of the fields and of the spreads that select the same.
MAX_TOKENS = 4_000
MAX_DEPTH = 20
MAX_FIELDS = 400
MAX_SPREADS = 100
MAX_ALIASES = 100
MAX_DIRECTIVES = 100
CODE = "DOCUMENT_TOO_LARGE"


@dataclass(frozen=True, slots=True)
class Cost:
    """Of a selection with its fragments spread out.

    `lists` are the fields with many values, as `Type.field`; `nested` is one of them that is
    selected within itself: each level multiplies the number of values.
    """

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    spreads: int = 0
    lists: frozenset[str] = frozenset()
    nested: str | None = None

    def beside(self, other: "Cost") -> "Cost":
        return Cost(
            max(self.depth, other.depth),
            self.fields + other.fields,
            self.aliases + other.aliases,
            self.directives + other.directives,
            self.spreads + other.spreads,
            self.lists | other.lists,
            self.nested or other.nested,
        )


NOTHING = Cost()


class Measure:
    """Linear in the document's size: a fragment is measured once, however often it is spread."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self._schema = schema
        self._fragments = fragments_of(document)
        self._measured: dict[str, Cost] = {}

    def of(self, definition: OperationDefinitionNode | FragmentDefinitionNode) -> Cost:
        """Raises RecursionError for fragments within fragments, hundreds of them."""
        if isinstance(definition, FragmentDefinitionNode):
            return self._of_fragment(definition.name.value)
        root = self._schema.get_root_type(definition.operation)
        return self._of_all(definition.selection_set, root)

    def _of_all(self, selections: SelectionSetNode | None, parent: GraphQLNamedType | None) -> Cost:
        cost = NOTHING
        for selection in selections.selections if selections else ():
            directives = Cost(directives=len(selection.directives or ()))
            cost = cost.beside(self._of_one(selection, parent)).beside(directives)
        return cost

    def _of_one(self, selection: SelectionNode, parent: GraphQLNamedType | None) -> Cost:
        if isinstance(selection, FieldNode):
            return self._of_field(selection, parent)
        if isinstance(selection, FragmentSpreadNode):
            return self._of_fragment(selection.name.value).beside(Cost(spreads=1))
        if isinstance(selection, InlineFragmentNode) and selection.type_condition:
            parent = self._schema.get_type(selection.type_condition.name.value)
        return self._of_all(getattr(selection, "selection_set", None), parent)

    def _of_field(self, node: FieldNode, parent: GraphQLNamedType | None) -> Cost:
        name = node.name.value
        field = _field(parent, name)
        below = self._of_all(node.selection_set, get_named_type(field.type) if field else None)
        here = Cost(below.depth + 1, 1, int(node.alias is not None))
        if parent and field and is_list_type(get_nullable_type(field.type)):
            path = f"{parent.name}.{name}"
            nested = path if path in below.lists else None
            here = replace(here, lists=frozenset({path}), nested=nested)
        return here.beside(below)

    def _of_fragment(self, name: str) -> Cost:
        if name not in self._measured:
            self._measured[name] = NOTHING  # a cycle ends here; validation refuses it
            if fragment := self._fragments.get(name):
                parent = self._schema.get_type(fragment.type_condition.name.value)
                self._measured[name] = self._of_all(fragment.selection_set, parent)
        return self._measured[name]


def _field(parent: GraphQLNamedType | None, name: str) -> GraphQLField | None:
    if not isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
        return None
    field: GraphQLField | None = parent.fields.get(name)
    return field


def limit_error(schema: GraphQLSchema, document: DocumentNode) -> GraphQLError | None:
    """The first limit that the document exceeds; None where it exceeds none."""
    measure = Measure(schema, document)
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode | FragmentDefinitionNode):
            try:
                excess = _excess(measure.of(node))
            except RecursionError:
                excess = "fragments are nested too deep"
            if excess:
                message = f"The document is too large: {excess}."
                return GraphQLError(message, node, extensions={"code": CODE})
    return None


def _excess(cost: Cost) -> str | None:
    for name, count, limit in (
        ("levels deep", cost.depth, MAX_DEPTH),
        ("fields", cost.fields, MAX_FIELDS),
        ("aliases", cost.aliases, MAX_ALIASES),
        ("directives", cost.directives, MAX_DIRECTIVES),
        ("fragment spreads", cost.spreads, MAX_SPREADS),
    ):
        if count > limit:
            return f"at most {limit} {name}"
    return f"{cost.nested} within itself" if cost.nested else None
