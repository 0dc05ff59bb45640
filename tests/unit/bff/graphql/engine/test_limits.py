"""What a document may cost, measured before it is validated."""

import pytest
from graphql import DocumentNode, FragmentDefinitionNode, OperationDefinitionNode, parse

from bff.graphql.engine.limits import (
    CODE,
    MAX_ALIASES,
    MAX_DEPTH,
    MAX_DIRECTIVES,
    MAX_FIELDS,
    MAX_SPREADS,
    Cost,
    Measure,
    limit_error,
)
from tests.support.plan_schema import SCHEMA


def cost_of(document: str) -> Cost:
    parsed = parse(document)
    [definition] = [one for one in parsed.definitions if isinstance(one, OperationDefinitionNode)]
    return Measure(SCHEMA, parsed).of(definition)


def refused(document: str | DocumentNode) -> str | None:
    error = limit_error(SCHEMA, parse(document) if isinstance(document, str) else document)
    return error.message if error else None


def test_a_selection_costs_its_fields_depth_aliases_and_directives() -> None:
    cost = cost_of("{ a: books { name @skip(if: false) author { b: name } } }")
    assert (cost.depth, cost.fields, cost.aliases, cost.directives) == (3, 4, 2, 1)
    assert cost.lists == {"Query.books"}
    assert cost.nested is None


def test_a_fragment_costs_as_often_as_it_is_spread() -> None:
    once = cost_of("{ books { ...B } } fragment B on Book { name kind }")
    twice = cost_of("{ books { ...B ...B } } fragment B on Book { name kind }")
    assert (once.fields, twice.fields) == (3, 5)
    assert (once.spreads, twice.spreads) == (1, 2)


def test_a_list_within_itself_is_found_through_fragments_and_abstract_types() -> None:
    nested = "{ named { ... on Author { books { author { books { name } } } } } }"
    assert cost_of(nested).nested == "Author.books"
    by_fragment = (
        "{ books { author { ...A } } } fragment A on Author { books { author { books { name } } } }"
    )
    assert refused(by_fragment) == "The document is too large: Author.books within itself."


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("{ " + "__typename " * MAX_FIELDS + "}", None),
        ("{ " + "__typename " * (MAX_FIELDS + 1) + "}", f"at most {MAX_FIELDS} fields."),
        (
            "{ " + "a: __typename " * (MAX_ALIASES + 1) + "}",
            f"at most {MAX_ALIASES} aliases.",
        ),
        (
            "{ __typename " + "@skip(if: false) " * (MAX_DIRECTIVES + 1) + "}",
            f"at most {MAX_DIRECTIVES} directives.",
        ),
        (
            "{ " + "...A " * (MAX_SPREADS + 1) + "} fragment A on Query { __typename }",
            f"at most {MAX_SPREADS} fragment spreads.",
        ),
        (
            "{ a " + "{ a " * MAX_DEPTH + "}" * MAX_DEPTH + " }",
            f"at most {MAX_DEPTH} levels deep.",
        ),
    ],
    ids=str,
)
def test_each_limit_is_named(document: str, message: str | None) -> None:
    assert refused(document) == (message and f"The document is too large: {message}")


def test_the_error_stands_at_the_definition_and_has_a_code() -> None:
    fields = "__typename " * (MAX_FIELDS + 1)
    document = parse("{ ...F } fragment F on Query { " + fields + "}")
    error = limit_error(SCHEMA, document)
    assert error is not None
    assert error.extensions == {"code": CODE}
    assert error.nodes == [document.definitions[0]]


def test_a_fragment_that_nothing_spreads_is_measured_too() -> None:
    fields = "__typename " * (MAX_FIELDS + 1)
    assert refused("{ __typename } fragment F on Query { " + fields + "}")


def test_fragments_in_a_cycle_end() -> None:
    document = parse("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }")
    fragment = document.definitions[1]
    assert isinstance(fragment, FragmentDefinitionNode)
    assert Measure(SCHEMA, document).of(fragment).spreads == 2
    assert refused(document) is None


def test_fragments_nested_too_deep_are_refused() -> None:
    many = 2_000
    chain = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(many))
    document = f"{{ ...F0 }} {chain} fragment F{many} on Query {{ __typename }}"
    assert refused(document) == "The document is too large: fragments are nested too deep."
