"""Types of the schema by themselves: what they show of a domain object, without a server."""

from typing import Any, cast

import strawberry
from strawberry.schema.config import StrawberryConfig

import resolvers.enums as _enums  # noqa: F401 - makes the domain's enums the schema's
from bff.domain.evidence.links import Links, Signer
from bff.graphql.context import Context
from bff.graphql.schema import SCALARS, schema
from bff.locale.language import Language
from resolvers.fields import resolved
from tests.support.world import World

LINKS_BASE = "https://photos.example"


def context_of(world: World, shopper_id: str | None = None, language: Language = "en") -> Context:
    """As a request of this shopper has it; None: without a token."""
    return Context(world.db, lambda: Links(Signer("k" * 32), LINKS_BASE), shopper_id, language)


async def show(view: Any, value: object, selection: str, context: Context) -> Any:
    """What `view`, a type of the schema, shows of a value; the field's error where it has one."""

    @strawberry.type
    class Query:
        @resolved("The value.", kind=view)
        @staticmethod
        def value() -> Any:
            return value

    one_type = strawberry.Schema(query=Query, config=StrawberryConfig(scalar_map=SCALARS))
    result = await one_type.execute(f"{{ value {selection} }}", context_value=context)
    if result.errors:
        raise result.errors[0]
    assert result.data is not None
    return result.data["value"]


async def run(document: str, context: Context, **variables: Any) -> dict[str, Any]:
    """The data of an operation on the whole schema. Raises its first error."""
    result = await schema.execute(document, variables, context_value=context)
    if errors := getattr(result, "errors", None):
        raise errors[0]
    return cast("dict[str, Any]", getattr(result, "data", None))
