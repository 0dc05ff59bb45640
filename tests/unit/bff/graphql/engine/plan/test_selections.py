"""Which fields an operation selects of a type."""

import pytest
from graphql import DocumentNode, GraphQLObjectType, OperationDefinitionNode, parse

from bff.graphql.engine.plan.selections import Selections, condition_variables
from bff.graphql.engine.plan.sources import UnplannableError
from tests.support.plan_schema import SCHEMA


def selected(document: str, of: str = "Book", **values: bool) -> dict[str, int]:
    """By response name, how many nodes are merged."""
    parsed: DocumentNode = parse(document)
    operation = parsed.definitions[0]
    parent = SCHEMA.get_type(of)
    assert isinstance(operation, OperationDefinitionNode)
    assert isinstance(parent, GraphQLObjectType)
    fields = Selections(SCHEMA, parsed, values).of(parent, [operation.selection_set])
    return {name: len(nodes) for name, nodes in fields.items()}


@pytest.mark.parametrize(
    ("document", "fields"),
    [
        ("{ name a: name name }", {"name": 2, "a": 1}),
        ("{ ...F name } fragment F on Book { kind name }", {"kind": 1, "name": 2}),
        ("{ ...F ...F } fragment F on Book { kind }", {"kind": 1}),
        ("{ ... on Named { name } ... on Author { age } ... { kind } }", {"name": 1, "kind": 1}),
        ("{ ...F } fragment F on Found { ...G } fragment G on Author { age }", {}),
        ("{ kind @skip(if: true) name @include(if: true) }", {"name": 1}),
        (
            "{ ... @include(if: false) { kind } ...F @skip(if: false) } fragment F on Book { tag }",
            {"tag": 1},
        ),
    ],
)
def test_fields_are_merged_in_the_order_of_the_response(
    document: str, fields: dict[str, int]
) -> None:
    assert selected(document) == fields
    assert list(selected(document)) == list(fields)


def test_both_directives_must_allow_a_field() -> None:
    document = "{ name @include(if: $y) @skip(if: $n) }"
    allowed = [(y, n) for y in (True, False) for n in (True, False) if selected(document, y=y, n=n)]
    assert allowed == [(True, False)]


def test_a_fragment_that_is_skipped_may_be_spread_later() -> None:
    document = "{ ...F @skip(if: true) ...F } fragment F on Book { name }"
    assert selected(document) == {"name": 1}


def test_conditions_are_the_variables_of_include_and_skip() -> None:
    document = parse("{ a @skip(if: $b) ...F } fragment F on Query { c(d: $e) @include(if: $a) }")
    assert condition_variables(document) == ("a", "b")


@pytest.mark.parametrize("directive", ["@other", "@other(if: $a)", "@defer(if: true, label: $b)"])
def test_a_directive_that_is_unknown_has_no_plan(directive: str) -> None:
    with pytest.raises((UnplannableError, ValueError)):
        condition_variables(parse(f"{{ a {directive} }}"))
