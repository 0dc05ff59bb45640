"""Responses over HTTP: the content type by Accept, and the status by what went wrong."""

from typing import Any

import orjson
import pytest
from graphql import OperationType
from structlog.testing import capture_logs

from bff.graphql.engine.documents import OperationError, OperationNotAllowedError
from bff.graphql.engine.response import GraphQLResponse
from bff.graphql.http.responses import (
    GRAPHQL_TYPE,
    JSON_TYPE,
    MAX_CACHED_ACCEPT_BYTES,
    NO_STORE,
    Header,
    HttpResponse,
    content_type,
    failure_response,
    http_response,
)
from bff.http.auth import TokenError
from bff.http.errors import RequestError

GRAPHQL = b"application/graphql-response+json"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, JSON_TYPE),
        (b"", JSON_TYPE),
        (b"application/json", JSON_TYPE),
        (b"*/*", JSON_TYPE),
        (b"application/*", JSON_TYPE),
        (GRAPHQL, GRAPHQL_TYPE),
        (GRAPHQL + b", application/json", GRAPHQL_TYPE),
        (GRAPHQL + b";q=0.5, application/json", JSON_TYPE),
        (GRAPHQL + b";q=0, */*", JSON_TYPE),
        (b"text/html, " + GRAPHQL.upper() + b" ; Q=0.1", GRAPHQL_TYPE),
        (GRAPHQL + b";q=x, application/json;q=0.1", JSON_TYPE),
    ],
)
def test_the_preferred_content_type_is_taken(accept: bytes | None, kind: Header) -> None:
    assert content_type(accept) is kind


@pytest.mark.parametrize("accept", [b"text/html", b"*/*;q=0", b"application/json;q=0"])
def test_where_neither_is_accepted_the_request_is_refused(accept: bytes) -> None:
    with pytest.raises(RequestError) as caught:
        content_type(accept)
    assert caught.value.status == 406


def test_an_accept_that_is_too_long_to_be_cached_is_negotiated() -> None:
    accept = b"text/html, " * MAX_CACHED_ACCEPT_BYTES + GRAPHQL
    assert content_type(accept) is GRAPHQL_TYPE


def test_what_was_not_executed_is_a_400_under_graphqls_own_type_alone() -> None:
    refused = GraphQLResponse(b"{}", executed=False)
    assert http_response(refused, GRAPHQL_TYPE).status == 400
    assert http_response(refused, JSON_TYPE).status == 200
    assert http_response(GraphQLResponse(b"{}"), GRAPHQL_TYPE) == HttpResponse(
        b"{}", [GRAPHQL_TYPE]
    )


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (RequestError("No", "OTHER", 415), 415, "OTHER"),
        (OperationError("No"), 400, "BAD_REQUEST"),
        (OperationNotAllowedError(OperationType.SUBSCRIPTION), 400, "BAD_REQUEST"),
        (OperationNotAllowedError(OperationType.MUTATION), 405, "BAD_REQUEST"),
        (TokenError("No"), 401, "UNAUTHENTICATED"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_request_error_has_its_status_and_code(error: Exception, status: int, code: str) -> None:
    response = failure_response(error, "/graphql", GRAPHQL)
    [shown] = orjson.loads(response.body)["errors"]
    assert (response.status, shown["extensions"]) == (status, {"code": code})
    assert response.headers[:2] == [GRAPHQL_TYPE, NO_STORE]
    assert ((b"allow", b"GET, HEAD, POST") in response.headers) == (status == 405)
    assert any(name == b"www-authenticate" for name, _ in response.headers) == (status == 401)


def test_an_error_with_status_200_has_the_plain_type() -> None:
    response = failure_response(RequestError("PersistedQueryNotFound", "X", 200), "/", GRAPHQL)
    assert response.headers == [JSON_TYPE, NO_STORE]


def test_a_fault_is_logged_and_masked() -> None:
    with capture_logs() as logs:
        response = failure_response(ValueError("secret"), "/graphql", b"text/html")
    [shown] = orjson.loads(response.body)["errors"]
    assert (response.status, response.headers[0]) == (500, JSON_TYPE)
    assert shown["extensions"] == {"code": "FAULT", "id": logs[0]["fault_id"]}
    assert logs[0]["path"] == "/graphql"
    assert b"secret" not in response.body


@pytest.mark.parametrize(("status", "length"), [(200, True), (304, False)])
async def test_the_length_is_sent_except_with_a_304(status: int, length: bool) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    await HttpResponse(b"abc", [JSON_TYPE], status).send(send)
    assert (sent[0]["status"], sent[1]["body"]) == (status, b"abc")
    assert ((b"content-length", b"3") in sent[0]["headers"]) is length
