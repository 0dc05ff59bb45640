"""What a document's nodes hold."""

from graphql import OperationDefinitionNode, parse

from bff.graphql.engine.plan.nodes import fragments_of, variable_names


def test_fragments_are_found_by_name() -> None:
    document = parse("{ ...A } fragment A on Query { b } fragment B on Query { c }")
    assert list(fragments_of(document)) == ["A", "B"]
    assert fragments_of(parse("{ a }")) == {}


def test_variables_are_found_at_any_depth_but_not_in_fragments() -> None:
    document = parse(
        "query($unused: Int) { a(b: $c, d: [{e: $f}]) { g @skip(if: $h) ...A } }"
        " fragment A on T { i(j: $k) }"
    )
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    assert variable_names(operation.selection_set.selections) == {"c", "f", "h"}
    assert variable_names([]) == set()
