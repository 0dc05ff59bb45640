"""The tree of types and fields that an operation selects."""

import pytest
from graphql import OperationDefinitionNode, parse

from bff.graphql.engine.plan.selections import Selections
from bff.graphql.engine.plan.shapes import MAX_FIELDS, Shape, ShapeBuilder
from bff.graphql.engine.plan.sources import Attribute, ParentItself, UnplannableError
from tests.support.plan_schema import SCHEMA, ShopHost


def built(document: str) -> tuple[Shape, int]:
    parsed = parse(document)
    operation = parsed.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    builder = ShapeBuilder(SCHEMA, ShopHost(), Selections(SCHEMA, parsed, {}))
    root = SCHEMA.get_root_type(operation.operation)
    assert root is not None
    return builder.shape(root, [operation.selection_set]), builder.fields


def test_a_field_knows_its_source_and_what_lies_below() -> None:
    shape, fields = built("{ b: books { name author { age } } }")
    [books] = shape.fields
    name, author = books.below["Book"].fields
    assert (books.key, books.name) == ("b", "books")
    assert books.arguments is not None
    assert books.arguments.constant == {"first": 10}
    assert name.source == Attribute("name")
    assert list(author.below) == ["Author"]
    assert fields == 4 + 3  # the shapes count too


def test_plain_is_what_is_there_without_waiting() -> None:
    def is_plain(field: str) -> bool:
        shape, _ = built(f"{{ books {{ {field} }} }}")
        return shape.fields[0].plain

    assert is_plain("name rated __typename similar { kind }")
    assert not is_plain("author { name }")
    assert not is_plain("similar { slow }")
    assert not built("{ named { name } }")[0].plain  # an abstract type


def test_an_abstract_type_has_a_shape_for_each_object_type() -> None:
    shape, _ = built("{ named { name ... on Author { age } } }")
    [named] = shape.fields
    assert named.is_abstract
    assert {name: len(one.fields) for name, one in named.below.items()} == {"Author": 2, "Book": 1}


def test_an_event_is_the_value_of_the_subscriptions_field() -> None:
    shape, _ = built("subscription { published { name } }")
    assert shape.fields[0].source == ParentItself()


@pytest.mark.parametrize(
    "document",
    [
        "{ __schema { __typename } }",
        "{ " + " ".join(f"a{n}: __typename" for n in range(MAX_FIELDS)) + " }",
    ],
    ids=["introspection", "too many fields"],
)
def test_what_only_graphql_core_executes_has_no_shape(document: str) -> None:
    with pytest.raises(UnplannableError):
        built(document)
