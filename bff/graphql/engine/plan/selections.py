"""Which fields an operation asks of a type, once it is known what @include and @skip say."""

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

from bff.graphql.engine.plan.sources import UnplannableError

Fields = dict[str, list[FieldNode]]
INCLUDE, SKIP = "include", "skip"


def conditions(document: DocumentNode) -> tuple[str, ...]:
    """The variables that @include and @skip depend on. Raises UnplannableError."""
    found = _Conditions()
    visit(document, found)
    return tuple(sorted(found.names))


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
    [given] = directive.arguments or [None]
    value = given.value if given else None
    known = directive.name.value in (INCLUDE, SKIP)
    if not known or not isinstance(value, BooleanValueNode | VariableNode):
        raise UnplannableError(f"@{directive.name.value}")
    return value


class Selections:
    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, values: Mapping[str, bool]
    ) -> None:
        self._schema = schema
        self._values = values
        self._fragments = {
            one.name.value: one
            for one in document.definitions
            if isinstance(one, FragmentDefinitionNode)
        }

    def of(self, parent: GraphQLObjectType, sets: Iterable[SelectionSetNode]) -> Fields:
        """By response name, in the order of the answer; those of one name are merged."""
        found: Fields = {}
        spread: set[str] = set()
        for selections in sets:
            for field in self._fields(parent, selections, spread):
                key = (field.alias or field.name).value
                found.setdefault(key, []).append(field)
        return found

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
        """None where the fragment is of another type, or was spread before."""
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
        return all(self._allows(directive) for directive in selection.directives or ())

    def _allows(self, directive: DirectiveNode) -> bool:
        condition = _condition(directive)
        if isinstance(condition, VariableNode):
            told = self._values[condition.name.value]
        else:
            told = condition.value
        return told if directive.name.value == INCLUDE else not told
