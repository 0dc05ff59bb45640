"""Which variables have a say in what a subscription shows of an event."""

from collections.abc import Iterable
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    Node,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    Visitor,
    visit,
)


def used_for_events(document: DocumentNode, operation: OperationDefinitionNode) -> frozenset[str]:
    """The names of those that are used elsewhere than in the arguments of the field at the root:
    such arguments say what is followed from where on, and are done with once that has begun."""
    uses = _Uses(document)
    uses.selected(operation.selection_set, at_root=True)
    return frozenset(uses.names)


class _Uses:
    def __init__(self, document: DocumentNode) -> None:
        self._fragments = {
            one.name.value: one
            for one in document.definitions
            if isinstance(one, FragmentDefinitionNode)
        }
        self._seen: set[tuple[str, bool]] = set()
        self._names = _Names()

    @property
    def names(self) -> set[str]:
        return self._names.found

    def selected(self, selections: SelectionSetNode, *, at_root: bool) -> None:
        for one in selections.selections:
            self._note(one.directives or ())
            self._one(one, at_root)

    def _one(self, one: SelectionNode, at_root: bool) -> None:
        if isinstance(one, FragmentSpreadNode):
            self._spread(one.name.value, at_root)
            return
        if isinstance(one, FieldNode):
            if not at_root:
                self._note(one.arguments or ())
            at_root = False
        selections: SelectionSetNode | None = getattr(one, "selection_set", None)
        if selections:
            self.selected(selections, at_root=at_root)

    def _spread(self, name: str, at_root: bool) -> None:
        if (name, at_root) not in self._seen:
            self._seen.add((name, at_root))
            fragment = self._fragments[name]
            self._note(fragment.directives or ())
            self.selected(fragment.selection_set, at_root=at_root)

    def _note(self, nodes: Iterable[Node]) -> None:
        for node in nodes:
            visit(node, self._names)


class _Names(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self.found.add(node.name.value)
