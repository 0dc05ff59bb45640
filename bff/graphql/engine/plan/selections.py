"""Which fields an operation selects of a type, given the values of @include and @skip."""

from collections.abc import Iterable, Iterator, Mapping

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    NamedTypeNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    Visitor,
    is_abstract_type,
    visit,
)

from bff.graphql.engine.plan.nodes import fragments_of
from bff.graphql.engine.plan.sources import UnplannableError

Fields = dict[str, list[FieldNode]]
INCLUDE, SKIP = "include", "skip"


def condition_variables(document: DocumentNode) -> tuple[str, ...]:
    """The variables that @include and @skip depend on. Raises UnplannableError."""
    visitor = _Conditions()
    visit(document, visitor)
    return tuple(sorted(visitor.names))


class _Conditions(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: object) -> None:
        condition = _condition(node)
        if isinstance(condition, VariableNode):
            self.names.add(condition.name.value)


def _condition(directive: DirectiveNode) -> BooleanValueNode | VariableNode:
    """Raises UnplannableError for directives of any other kind."""
    [argument] = directive.arguments or [None]
    value = argument.value if argument else None
    name = directive.name.value
    if name not in (INCLUDE, SKIP) or not isinstance(value, BooleanValueNode | VariableNode):
        raise UnplannableError(f"@{name}")
    return value


class Selections:
    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, values: Mapping[str, bool]
    ) -> None:
        self._schema = schema
        self._values = values
        self._fragments = fragments_of(document)

    def of(self, parent: GraphQLObjectType, sets: Iterable[SelectionSetNode]) -> Fields:
        """By response name, in the order of the response; those of one name are merged."""
        fields: Fields = {}
        spread: set[str] = set()
        for selections in sets:
            for field in self._fields(parent, selections, spread):
                key = (field.alias or field.name).value
                fields.setdefault(key, []).append(field)
        return fields

    def _fields(
        self, parent: GraphQLObjectType, selections: SelectionSetNode, spread: set[str]
    ) -> Iterator[FieldNode]:
        for selection in selections.selections:
            if not self._is_included(selection):
                continue
            if isinstance(selection, FieldNode):
                yield selection
            elif below := self._spread_out(parent, selection, spread):
                yield from self._fields(parent, below, spread)

    def _spread_out(
        self, parent: GraphQLObjectType, selection: SelectionNode, spread: set[str]
    ) -> SelectionSetNode | None:
        """None where the fragment is on another type, or was spread before."""
        fragment: FragmentDefinitionNode | InlineFragmentNode
        if isinstance(selection, FragmentSpreadNode):
            name = selection.name.value
            if name in spread:
                return None
            fragment = self._fragments[name]
            if self._fits(fragment.type_condition, parent):
                spread.add(name)
        else:
            assert isinstance(selection, InlineFragmentNode)  # noqa: S101 - no other kind is left
            fragment = selection
        return fragment.selection_set if self._fits(fragment.type_condition, parent) else None

    def _fits(self, condition: NamedTypeNode | None, parent: GraphQLObjectType) -> bool:
        if condition is None:
            return True
        wanted = self._schema.get_type(condition.name.value)
        if wanted is parent:
            return True
        return is_abstract_type(wanted) and self._schema.is_sub_type(wanted, parent)

    def _is_included(self, selection: SelectionNode) -> bool:
        for directive in selection.directives or ():
            condition = _condition(directive)
            if isinstance(condition, VariableNode):
                value = self._values[condition.name.value]
            else:
                value = condition.value
            if value != (directive.name.value == INCLUDE):
                return False
        return True
