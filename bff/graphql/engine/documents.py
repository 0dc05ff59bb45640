"""Documents that clients send: parsed, measured and validated once, kept while in use."""

from dataclasses import dataclass
from operator import attrgetter
from typing import Literal

from cachetools import LRUCache
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    parse,
    validate,
)

from bff.graphql.engine.limits import MAX_TOKENS, limit_error
from bff.graphql.engine.plan.plan import PlannedOperation
from bff.graphql.engine.variables import event_variables

# Parsed, a character of a document takes up to 300 bytes. A document's other parts, and each
# field of its plans, take as much as some characters more.
MAX_KEPT_CHARACTERS = 500_000
CHARACTERS_A_DOCUMENT = 20
CHARACTERS_A_FIELD = 8

# Each unknown name is compared with all known ones, to suggest some: that takes long.
MAX_ERRORS = 10


class OperationError(Exception):
    """The document has no such operation, or it may not be run here."""


class OperationNotAllowedError(OperationError):
    """An operation of a kind that another method or transport is for."""

    def __init__(self, kind: OperationType) -> None:
        super().__init__(f"A {kind.value} cannot be run here.")
        self.kind = kind


@dataclass(slots=True)
class Operation:
    """`runs`: how often it was requested. `planned` False: it cannot be planned."""

    document: DocumentNode
    node: OperationDefinitionNode
    runs: int = 0
    planned: PlannedOperation | Literal[False] | None = None

    _event_variables: frozenset[str] | None = None

    @property
    def kind(self) -> OperationType:
        return self.node.operation

    @property
    def event_variables(self) -> frozenset[str]:
        """The names of the variables that matter to what a subscription shows of an event."""
        if self._event_variables is None:
            self._event_variables = event_variables(self.document, self.node)
        return self._event_variables

    @property
    def name(self) -> str | None:
        return self.node.name.value if self.node.name else None


@dataclass(slots=True)
class Document:
    """`errors`: why it cannot be executed. `length` in characters."""

    length: int
    ast: DocumentNode | None
    errors: list[GraphQLError]
    operations: dict[str | None, Operation]

    @property
    def size(self) -> int:
        """The memory that it takes, in characters."""
        fields = sum(one.planned.fields for one in self.operations.values() if one.planned)
        return self.length + CHARACTERS_A_DOCUMENT + CHARACTERS_A_FIELD * fields

    def operation(self, name: str | None) -> Operation:
        """Raises OperationError, or GraphQLError where a name is needed."""
        if name is not None:
            if name not in self.operations:
                raise OperationError(f'Unknown operation named "{name}".')
            return self.operations[name]
        if not self.operations:
            raise OperationError("The document has no operation.")
        first, *others = self.operations.values()
        if others:
            nodes = [one.node for one in others]
            raise GraphQLError("Name one of the document's operations.", nodes)
        return first


class Documents:
    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._kept: LRUCache[str, Document] = LRUCache(MAX_KEPT_CHARACTERS, attrgetter("size"))

    @property
    def characters(self) -> int:
        """The size of all that are kept."""
        return int(self._kept.currsize)

    def read(self, text: str) -> Document:
        document = self._kept.get(text)
        if document is None:
            document = self._parse(text)
            self._keep(text, document)
        return document

    def weigh(self, text: str) -> None:
        """Again: it takes more since it was planned."""
        if document := self._kept.pop(text, None):
            self._keep(text, document)

    def _keep(self, text: str, document: Document) -> None:
        if document.size <= MAX_KEPT_CHARACTERS:
            self._kept[text] = document

    def _parse(self, text: str) -> Document:
        try:
            ast = parse(text, max_tokens=MAX_TOKENS)
        except GraphQLError as error:
            return Document(len(text), None, [error], {})
        _unlink(ast)
        excess = limit_error(self._schema, ast)
        errors = [excess] if excess else validate(self._schema, ast, max_errors=MAX_ERRORS)
        nodes = [node for node in ast.definitions if isinstance(node, OperationDefinitionNode)]
        operations = {
            node.name.value if node.name else None: Operation(ast, node) for node in nodes
        }
        return Document(len(text), ast, errors, operations)


def _unlink(ast: DocumentNode) -> None:
    """Tokens without their way back form no cycle: a document that is dropped is freed at once."""
    token = ast.loc.start_token if ast.loc else None
    while token:
        token.prev = None
        token = token.next
