"""What a document may cost: checked in one pass, before validation, whose own cost it bounds."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    parse,
)
from graphql.validation import ASTValidationRule
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import validate_document

MOST_TOKENS = 10_000
MOST_DEPTH = 20
MOST_FIELDS = 1_000
MOST_ALIASES = 100
MOST_DIRECTIVES = 100
CACHED_DOCUMENTS = 256
CODE = "DOCUMENT_TOO_LARGE"


@dataclass(frozen=True, slots=True)
class Cost:
    """Of a selection with its fragments spread out."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0

    def beside(self, other: "Cost") -> "Cost":
        return Cost(
            max(self.depth, other.depth),
            self.fields + other.fields,
            self.aliases + other.aliases,
            self.directives + other.directives,
        )


NOTHING = Cost()


class Measure:
    """Linear in the document's size: a fragment is measured once, however often it is spread."""

    def __init__(self, document: DocumentNode) -> None:
        self._fragments = {
            one.name.value: one
            for one in document.definitions
            if isinstance(one, FragmentDefinitionNode)
        }
        self._measured: dict[str, Cost] = {}

    def of(self, selections: SelectionSetNode | None) -> Cost:
        cost = NOTHING
        for selection in selections.selections if selections else ():
            cost = cost.beside(self._of_one(selection))
        return cost

    def _of_one(self, selection: SelectionNode) -> Cost:
        directives = Cost(directives=len(selection.directives or ()))
        if isinstance(selection, FieldNode):
            below = self.of(selection.selection_set)
            here = Cost(below.depth + 1, 1, int(selection.alias is not None))
            return here.beside(below).beside(directives)
        if isinstance(selection, FragmentSpreadNode):
            return self._of_fragment(selection.name.value).beside(directives)
        return self.of(getattr(selection, "selection_set", None)).beside(directives)

    def _of_fragment(self, name: str) -> Cost:
        if name not in self._measured:
            self._measured[name] = NOTHING  # a cycle ends here; validation refuses it
            fragment = self._fragments.get(name)
            self._measured[name] = self.of(fragment.selection_set) if fragment else NOTHING
        return self._measured[name]


def over_limits(document: DocumentNode) -> GraphQLError | None:
    measure = Measure(document)
    for one in document.definitions:
        if isinstance(one, OperationDefinitionNode | FragmentDefinitionNode):
            cost = measure.of(one.selection_set)
            if told := _told(cost):
                return GraphQLError(told, one, extensions={"code": CODE})
    return None


def _told(cost: Cost) -> str | None:
    for name, has, most in (
        ("levels deep", cost.depth, MOST_DEPTH),
        ("fields", cost.fields, MOST_FIELDS),
        ("aliases", cost.aliases, MOST_ALIASES),
        ("directives", cost.directives, MOST_DIRECTIVES),
    ):
        if has > most:
            return f"The document is too large: at most {most} {name}."
    return None


@lru_cache(maxsize=CACHED_DOCUMENTS)
def _parsed(query: str) -> DocumentNode:
    try:
        return parse(query, max_tokens=MOST_TOKENS)
    except RecursionError:
        message = "The document is too large: nested too deep."
        raise GraphQLError(message, extensions={"code": CODE}) from None


@lru_cache(maxsize=CACHED_DOCUMENTS)
def _checked(
    schema: GraphQLSchema, query: str, rules: tuple[type[ASTValidationRule], ...]
) -> list[GraphQLError]:
    document = _parsed(query)
    if error := over_limits(document):
        return [error]
    return validate_document(schema, document, rules)


class Limits(SchemaExtension):
    """Parses, measures and validates, once a document."""

    def on_parse(self) -> Iterator[None]:
        context = self.execution_context
        if context.query:
            context.graphql_document = _parsed(context.query)
        yield

    def on_validate(self) -> Iterator[None]:
        context = self.execution_context
        schema = context.schema._schema  # noqa: SLF001 - strawberry has no public way to it
        context.pre_execution_errors = _checked(
            schema, context.query or "", context.validation_rules
        )
        yield
