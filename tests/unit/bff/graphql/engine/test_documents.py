"""Documents: parsed and validated once, kept by their size, and their operations by name."""

import pytest
from graphql import GraphQLError, OperationType

from bff.graphql.engine import documents as module
from bff.graphql.engine.documents import (
    CHARACTERS_A_DOCUMENT,
    CHARACTERS_A_FIELD,
    Document,
    Documents,
    OperationError,
    OperationNotAllowedError,
)
from bff.graphql.engine.plan.plan import PlannedOperation
from tests.support.plan_schema import SCHEMA, Shelf, ShopHost

BOTH = "query A { books { name } } query B { books { kind } }"


def read(text: str) -> Document:
    return Documents(SCHEMA).read(text)


def test_a_document_is_parsed_once() -> None:
    documents = Documents(SCHEMA)
    assert documents.read(BOTH) is documents.read(BOTH)
    assert documents.characters == len(BOTH) + CHARACTERS_A_DOCUMENT


def test_an_operation_is_found_by_its_name() -> None:
    document = read(BOTH)
    assert document.errors == []
    assert document.operation("B").name == "B"
    assert document.operation("B").kind is OperationType.QUERY
    assert read("{ books { name } }").operation(None).name is None


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        (BOTH, "C", 'Unknown operation named "C"'),
        ("{ books { name } }", "A", 'Unknown operation named "A"'),
        ("fragment F on Book { name }", None, "The document has no operation"),
    ],
)
def test_an_operation_that_is_not_there_is_an_error(
    text: str, name: str | None, message: str
) -> None:
    with pytest.raises(OperationError, match=message):
        read(text).operation(name)


def test_of_several_operations_one_must_be_named() -> None:
    with pytest.raises(GraphQLError, match="Name one of the document's operations") as caught:
        read(BOTH).operation(None)
    assert len(caught.value.nodes or ()) == 1


def test_what_is_not_allowed_says_its_kind() -> None:
    error = OperationNotAllowedError(OperationType.MUTATION)
    assert (str(error), error.kind) == (
        "A mutation cannot be run here.",
        OperationType.MUTATION,
    )


def test_errors_are_kept_with_the_document() -> None:
    document = read("{ books { nope } }")
    assert [error.message for error in document.errors] == [
        "Cannot query field 'nope' on type 'Book'. Did you mean 'name'?"
    ]
    assert document.ast is not None
    broken = read("{ books {")
    assert (broken.ast, len(broken.errors), broken.operations) == (None, 1, {})


def test_no_more_errors_are_looked_for_than_are_shown() -> None:
    document = read("{ " + " ".join(f"a{number}" for number in range(50)) + " }")
    assert len(document.errors) == module.MAX_ERRORS + 1  # the last says that there are more


def test_a_plan_adds_to_the_size_of_its_document() -> None:
    documents, text = Documents(SCHEMA), "query($y: Boolean!) { books { name @include(if: $y) } }"
    document = documents.read(text)
    operation = document.operation(None)
    operation.planned = PlannedOperation(SCHEMA, ShopHost(), operation.document, operation.node)
    before = documents.characters
    operation.planned.begin(Shelf([]), {"y": True})
    documents.weigh(text)
    fields = operation.planned.fields
    assert fields > 0
    assert documents.characters == before + CHARACTERS_A_FIELD * fields
    assert documents.read(text) is document


def test_what_is_larger_than_everything_kept_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_KEPT_CHARACTERS", 100)
    documents = Documents(SCHEMA)
    text = "{ books { name } } #" + "x" * 100
    assert documents.read(text) is not documents.read(text)
    assert documents.characters == 0


def test_tokens_hold_no_cycle() -> None:
    document = read(BOTH)
    assert document.ast is not None
    assert document.ast.loc is not None
    token = document.ast.loc.start_token
    while token.next:
        token = token.next
        assert token.prev is None
