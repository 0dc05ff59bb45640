"""The schema: the resolvers' types as GraphQL knows them."""

from datetime import datetime

import strawberry
from graphql import GraphQLSchema
from strawberry.schema.config import StrawberryConfig
from strawberry.types.scalar import ScalarDefinition

import resolvers.enums as _enums  # noqa: F401 - gives the enums their descriptions
from bff.core.clock import SHANGHAI, rfc3339
from bff.core.memo import memoised
from resolvers.roots import Mutation, Query, Subscription

MAX_MOMENTS = 8_192


@memoised(MAX_MOMENTS)
def _format(moment: datetime) -> str:
    return rfc3339(moment.astimezone(SHANGHAI))


def _parse(text: object) -> datetime:
    moment = datetime.fromisoformat(str(text))
    if moment.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return moment


MOMENT = ScalarDefinition(
    name="DateTime",
    description="A moment in Asia/Shanghai, to the millisecond: 2026-11-11T09:00:00.000+08:00.",
    specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
    serialize=_format,
    parse_value=_parse,
    parse_literal=None,
)

schema = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    config=StrawberryConfig(scalar_map={datetime: MOMENT}),
)
core: GraphQLSchema = schema._schema  # noqa: SLF001 - strawberry has no public way to it


def printed() -> str:
    """The schema's text, as in `schema.graphql`."""
    return f"{schema.as_str().strip()}\n"
