"""Which variables matter to what a subscription shows of an event."""

from collections.abc import Iterable

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentSpreadNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
)

from bff.graphql.engine.plan.nodes import fragments_of, variable_names


def event_variables(document: DocumentNode, operation: OperationDefinitionNode) -> frozenset[str]:
    """The names of the variables that are used elsewhere than in the root field's arguments: these
    say which events come, and matter no more once the subscription has begun."""
    uses = _Uses(document)
    uses.add_selections(operation.selection_set, at_root=True)
    return frozenset(uses.names)


class _Uses:
    def __init__(self, document: DocumentNode) -> None:
        self._fragments = fragments_of(document)
        self._visited: set[tuple[str, bool]] = set()
        self.names: set[str] = set()

    def add_selections(self, selections: SelectionSetNode, *, at_root: bool) -> None:
        for node in selections.selections:
            self._add(node.directives or ())
            if isinstance(node, FragmentSpreadNode):
                self._add_fragment(node.name.value, at_root=at_root)
                continue
            is_field = isinstance(node, FieldNode)
            if isinstance(node, FieldNode) and not at_root:
                self._add(node.arguments or ())
            below: SelectionSetNode | None = getattr(node, "selection_set", None)
            if below:
                self.add_selections(below, at_root=at_root and not is_field)

    def _add_fragment(self, name: str, *, at_root: bool) -> None:
        if (name, at_root) not in self._visited:
            self._visited.add((name, at_root))
            fragment = self._fragments[name]
            self._add(fragment.directives or ())
            self.add_selections(fragment.selection_set, at_root=at_root)

    def _add(self, nodes: Iterable[Node]) -> None:
        self.names |= variable_names(nodes)
