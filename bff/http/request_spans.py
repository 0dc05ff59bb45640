"""A span for each request over HTTP."""

from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bff.core.spans import Tracer
from bff.http.request_ids import traceparent_of

# The first part of a path that may name a span: others are no one's, or hold a secret.
KNOWN = frozenset({"graphql", "webhooks", "photos"})


async def traced_request(
    tracer: Tracer, app: ASGIApp, scope: Scope, receive: Receive, send: Send
) -> None:
    """It continues the trace of the request's `traceparent`, where that has one."""
    method, first = scope["method"], scope["path"].strip("/").split("/")[0]
    name = f"{method} /{first}" if first in KNOWN else method
    attributes = {"http.request.method": method}
    with tracer.span(name, "server", attributes, parent=traceparent_of(scope)) as span:

        async def send_seen(message: Message) -> None:
            if message["type"] == "http.response.start":
                span.set_attribute("http.response.status_code", message["status"])
                if message["status"] >= HTTPStatus.INTERNAL_SERVER_ERROR:
                    tracer.fail()
            await send(message)

        await app(scope, receive, send_seen)
