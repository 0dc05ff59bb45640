"""A document that is valid is so in every world of this process: to find that out takes 20 ms, and
to parse it several."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import pytest
from graphql import DocumentNode, GraphQLError, GraphQLSchema, parse, validate

from bff.graphql.engine import documents

# Generated ones are many, and come once.
MAX_PARSED = 256


@contextmanager
def validating_once() -> Iterator[None]:
    """Only of valid ones it is remembered that they were."""
    valid: set[tuple[GraphQLSchema, str]] = set()

    def errors_of(schema: GraphQLSchema, ast: DocumentNode, max_errors: int) -> list[GraphQLError]:
        assert ast.loc
        key = (schema, ast.loc.source.body)
        errors = [] if key in valid else validate(schema, ast, max_errors=max_errors)
        if not errors:
            valid.add(key)
        return errors

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(documents, "validate", errors_of)
        patch.setattr(documents, "parse", lru_cache(MAX_PARSED)(parse))
        yield
