"""What the nodes of a document hold: its fragments by name, and the variables that are used."""

from collections.abc import Iterable
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    Node,
    VariableNode,
    Visitor,
    visit,
)


def fragments_of(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    return {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }


def variable_names(nodes: Iterable[Node]) -> set[str]:
    """Of the variables in these nodes and below them; fragments are not spread out."""
    visitor = _VariableNames()
    for node in nodes:
        visit(node, visitor)
    return visitor.names


class _VariableNames(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self.names.add(node.name.value)
