"""The schema: the resolvers' types as GraphQL knows them."""

from datetime import datetime

import strawberry
from graphql import GraphQLSchema
from strawberry.schema.config import StrawberryConfig
from strawberry.types.scalar import ScalarDefinition

import resolvers.enums as _enums  # noqa: F401 - gives the enums their descriptions
from bff.core.clock import SHANGHAI, rfc3339
from bff.core.memo import memoised
from resolvers.money import Long
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


def _whole(value: object) -> int:
    """Raises ValueError for what is no whole number of 64 bits. True is none, and 2.0 is 2."""
    if type(value) is int and -(2**63) <= value < 2**63:
        return value
    if isinstance(value, float) and value.is_integer():
        return _whole(int(value))
    raise ValueError(f"Long cannot represent {value!r}: a whole number of 64 bits is expected.")


LONG = ScalarDefinition(
    name="Long",
    description=(
        "A whole number of 64 bits, as a number in JSON: amounts need more than the 32 of Int. "
        "They are at most 10^15, which a number in JavaScript holds exactly."
    ),
    specified_by_url="https://ibm.github.io/graphql-specs/custom-scalars/long.html",
    serialize=_whole,
    parse_value=_whole,
    parse_literal=None,
)

SCALARS: dict[object, ScalarDefinition] = {datetime: MOMENT, Long: LONG}

schema = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    config=StrawberryConfig(scalar_map=SCALARS),
)
core: GraphQLSchema = schema._schema  # noqa: SLF001 - strawberry has no public way to it


def printed() -> str:
    """The schema's text, as in `schema.graphql`."""
    return f"{schema.as_str().strip()}\n"
