"""Values of an abstract type."""

from typing import Any, cast

import pytest
from graphql import GraphQLAbstractType

from bff.graphql.engine.plan.arguments import NO_VARIABLES
from bff.graphql.engine.plan.branches import Branch
from bff.graphql.engine.plan.runtime import Objects, Run, Values
from bff.graphql.engine.plan.sources import UnplannableError
from tests.support.plan_schema import SCHEMA, Author, Book, ShopHost

FOUND = cast("GraphQLAbstractType", SCHEMA.get_type("Found"))


def named(prefix: str) -> Objects:
    async def complete(values: Values, _run: Run) -> list[Any]:
        return [f"{prefix} {value.name}" for value in values]

    return complete


async def complete(*values: Any) -> list[Any]:
    branch = Branch(FOUND, ShopHost(), {"Author": named("author"), "Book": named("book")})
    return await branch.complete(values, Run(None, NO_VARIABLES))


async def test_each_value_is_completed_by_its_type_and_keeps_its_place() -> None:
    values = [Book("a"), Author("b"), Author("c"), Book("d")]
    assert await complete(*values) == ["book a", "author b", "author c", "book d"]
    assert await complete() == []


@pytest.mark.parametrize("value", ["a value of another type", None])
async def test_a_value_of_another_type_has_no_plan(value: Any) -> None:
    with pytest.raises(UnplannableError, match="Found"):
        await complete(Book("a"), value)
