"""Which variables matter to what a subscription shows of an event."""

import pytest
from graphql import OperationDefinitionNode, parse

from bff.graphql.engine.variables import event_variables


@pytest.mark.parametrize(
    ("document", "names"),
    [
        ("{ followed(id: $a) { b } }", ""),
        ("{ followed(id: $a) { b(c: $b) } }", "b"),
        ("{ followed(id: $a) @include(if: $b) { b } }", "b"),
        ("{ followed(id: $a, of: [$c]) { b { c(d: {e: [$d]}) } } }", "d"),
        ("{ followed(id: $a) { b(c: $a) } }", "a"),
        ("{ ... on Subscription { followed(id: $a) { ... @skip(if: $b) { c } } } }", "b"),
        ("{ ...F } fragment F on Subscription { followed(id: $a) { b(c: $b) } }", "b"),
        (
            "{ followed(id: $a) { ...F ...F } } fragment F on T { b(c: $b) { ...G } } "
            "fragment G on T { d(e: $c) }",
            "bc",
        ),
        (
            "{ ...F @include(if: $d) } fragment F on S { x: followed(id: $a) { b @skip(if: $e) } }",
            "de",
        ),
    ],
)
def test_variables_that_name_the_source_are_not_the_events(document: str, names: str) -> None:
    parsed = parse("subscription" + document)
    operation = parsed.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    assert event_variables(parsed, operation) == set(names)
