"""The schema: the resolvers' types, with limits before validation and faults masked after."""

from datetime import datetime
from typing import Any

import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.types.execution import ExecutionResult
from strawberry.types.graphql import OperationType
from strawberry.types.scalar import ScalarDefinition

import resolvers.states as _words  # noqa: F401 - gives the enums their descriptions
from bff.core.clock import SHANGHAI
from bff.faults import MaskFaults
from bff.limits import Limits
from resolvers.mutations import Mutation
from resolvers.query import Query
from resolvers.subscriptions import Subscription


def _shown(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).isoformat()


def _read(text: object) -> datetime:
    moment = datetime.fromisoformat(str(text))
    if moment.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return moment


MOMENT = ScalarDefinition(
    name="DateTime",
    description="A moment, ISO 8601, in Asia/Shanghai: 2026-11-11T09:00:00+08:00.",
    specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
    serialize=_shown,
    parse_value=_read,
    parse_literal=None,
)

ANSWERED_ONCE = frozenset({OperationType.QUERY, OperationType.MUTATION})


class Schema(strawberry.Schema):
    async def execute(self, *asked: Any, **options: Any) -> ExecutionResult:
        """One answer; a subscription has many, and `stream` gives them."""
        allowed = options.get("allowed_operation_types") or ANSWERED_ONCE
        options["allowed_operation_types"] = ANSWERED_ONCE.intersection(allowed)
        return await super().execute(*asked, **options)

    def process_errors(self, *_errors: Any) -> None:
        """Not logged here: the client's mistakes are no news, and faults are where masked."""


schema = Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    config=StrawberryConfig(scalar_map={datetime: MOMENT}),
    extensions=[
        Limits,
        MaskFaults,
    ],
)


def printed() -> str:
    """The schema's text, as in `schema.graphql`."""
    return f"{schema.as_str().strip()}\n"
