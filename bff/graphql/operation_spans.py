"""A span for each operation."""

from collections.abc import Awaitable
from typing import TypeVar

from graphql import OperationType

from bff.core.spans import Tracer
from bff.graphql.engine.engine import Stream
from bff.graphql.engine.response import GraphQLResponse
from bff.graphql.metrics import WEBSOCKET, Transport
from bff.http.request_ids import current_scope, traceparent_of

Result = TypeVar("Result", bound=GraphQLResponse | Stream)


async def traced_operation(
    tracer: Tracer, transport: Transport, running: Awaitable[Result]
) -> Result:
    """Over a websocket it continues the trace of the handshake."""
    scope = current_scope.get() if transport == WEBSOCKET else None
    with tracer.span("operation", parent=traceparent_of(scope) if scope else None) as span:
        result = await running
        kind, name, outcome = _facts(result)
        span.set_attribute("graphql.operation.outcome", outcome)
        if kind:
            span.update_name(f"{kind.value} {name}" if name else kind.value)
            span.set_attribute("graphql.operation.type", kind.value)
        if name:
            span.set_attribute("graphql.operation.name", name)
        if outcome == "fault":
            tracer.fail()
    return result


def _facts(result: GraphQLResponse | Stream) -> tuple[OperationType | None, str | None, str]:
    if isinstance(result, GraphQLResponse):
        return result.kind, result.name, result.outcome
    return result.operation.kind, result.operation.name, "subscribed"
