"""A span for a request: named without what is in its path, failed where the server has failed."""

from typing import Any

import pytest
from opentelemetry.trace import StatusCode
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from bff.core import spans
from bff.http.request_spans import traced_request
from tests.support.spans import collected_spans


def scope_of(path: str) -> dict[str, Any]:
    return {"type": "http", "method": "GET", "path": path, "headers": []}


async def receive() -> Message:
    return {"type": "http.request"}


async def ignore(_message: Message) -> None:
    pass


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/graphql", "GET /graphql"),
        ("/webhooks/courier", "GET /webhooks"),
        ("/photos/small/a.secret.signature", "GET /photos"),
        ("/a.secret.signature", "GET"),
        ("/", "GET"),
        ("", "GET"),
    ],
)
@pytest.mark.parametrize(("status", "code"), [(200, StatusCode.UNSET), (503, StatusCode.ERROR)])
async def test_a_request_has_a_span_with_its_status(
    path: str, name: str, status: int, code: StatusCode
) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("answer", status)(scope, receive, send)

    with collected_spans() as found:
        assert spans.tracer
        await traced_request(spans.tracer, app, scope_of(path), receive, ignore)
    span = found.named(name)
    assert span.attributes == {"http.request.method": "GET", "http.response.status_code": status}
    assert span.status.status_code is code
