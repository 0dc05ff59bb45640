"""Documents that clients send: parsed, measured and validated once, kept while in use."""

from dataclasses import dataclass
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

# Parsed, a character of a document takes up to 300 bytes; beside them, a document takes as much as
# some characters more, and so does each field of its plans.
MAX_KEPT_CHARACTERS = 500_000
CHARACTERS_A_DOCUMENT = 20
CHARACTERS_A_FIELD = 8

# To find what may be meant by an unknown name takes long.
MAX_ERRORS = 10


class WrongRequestError(Exception):
    """What was asked for is none of the document's operations, or may not be done here."""


class NotAllowedHereError(WrongRequestError):
    """An operation of a kind that another method or transport is for."""

    def __init__(self, kind: OperationType) -> None:
        super().__init__(f"A {kind.value} cannot be run here.")
        self.kind = kind


@dataclass(slots=True)
class Operation:
    """`runs`: how often it was asked for. `planned` False: it cannot be."""

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
    """`errors`: why it cannot be run. `length` in characters."""

    length: int
    ast: DocumentNode | None
    errors: list[GraphQLError]
    operations: dict[str | None, Operation]

    @property
    def size(self) -> int:
        """What keeping it takes, in characters."""
        planned = sum(one.planned.fields for one in self.operations.values() if one.planned)
        return self.length + CHARACTERS_A_DOCUMENT + CHARACTERS_A_FIELD * planned

    def operation(self, name: str | None) -> Operation:
        """Raises WrongRequestError, or GraphQLError where a name is needed."""
        if name is None:
            return self._only()
        if name not in self.operations:
            raise WrongRequestError(f'Unknown operation named "{name}".')
        return self.operations[name]

    def _only(self) -> Operation:
        if not self.operations:
            raise WrongRequestError("The document has no operation.")
        first, *others = self.operations.values()
        if others:
            nodes = [one.node for one in others]
            raise GraphQLError("Name one of the document's operations.", nodes)
        return first


class Documents:
    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._kept: LRUCache[str, Document] = LRUCache(MAX_KEPT_CHARACTERS, _size)

    @property
    def characters(self) -> int:
        """Of all that are kept."""
        return int(self._kept.currsize)

    def read(self, text: str) -> Document:
        found = self._kept.get(text)
        if found is None:
            found = self._made(text)
            self._keep(text, found)
        return found

    def weigh(self, text: str) -> None:
        """Again: it takes more since it was planned."""
        if found := self._kept.pop(text, None):
            self._keep(text, found)

    def _keep(self, text: str, document: Document) -> None:
        if document.size <= MAX_KEPT_CHARACTERS:
            self._kept[text] = document

    def _made(self, text: str) -> Document:
        try:
            ast = parse(text, max_tokens=MAX_TOKENS)
        except GraphQLError as error:
            return Document(len(text), None, [error], {})
        _unlink(ast)
        return Document(len(text), ast, self._errors(ast), _operations(ast))

    def _errors(self, ast: DocumentNode) -> list[GraphQLError]:
        if error := limit_error(self._schema, ast):
            return [error]
        return validate(self._schema, ast, max_errors=MAX_ERRORS)


def _unlink(ast: DocumentNode) -> None:
    """Tokens point forwards only: what is dropped is freed then, and not when cycles are sought."""
    token = ast.loc.start_token if ast.loc else None
    while token:
        token.prev = None
        token = token.next


def _size(document: Document) -> int:
    return document.size


def _operations(ast: DocumentNode) -> dict[str | None, Operation]:
    found = [one for one in ast.definitions if isinstance(one, OperationDefinitionNode)]
    return {one.name.value if one.name else None: Operation(ast, one) for one in found}
