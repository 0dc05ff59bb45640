"""The endpoint on ASGI, without a server before it."""

from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from starlette.responses import HTMLResponse
from starlette.types import Receive, Scope, Send

from bff.app import server_of
from bff.graphql.http.endpoint import MAX_PARAMETERS, Endpoint
from bff.graphql.http.persisted_documents import PersistedDocuments
from bff.graphql.http.request_parser import RequestParser
from tests.support.world import World

QUERY = "{ __typename }"
JSON = (b"content-type", b"application/json")


@dataclass
class Sockets:
    served: list[Scope] = field(default_factory=list)

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.served.append(scope)


def endpoint(world: World, *, explorer: bool = False, sockets: Sockets | None = None) -> Endpoint:
    parser = RequestParser(PersistedDocuments({}))
    page = (lambda: HTMLResponse("<html>")) if explorer else None
    return Endpoint(server_of(world.services), parser, sockets or Sockets(), page)


async def respond(
    at: Endpoint,
    method: str,
    body: bytes = b"",
    query_string: bytes = b"",
    headers: tuple[tuple[bytes, bytes], ...] = (),
) -> tuple[int, dict[bytes, bytes], bytes]:
    scope = {
        "type": "http",
        "method": method,
        "path": "/graphql",
        "query_string": query_string,
        "headers": list(headers),
    }
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await at(scope, receive, send)
    return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]


async def test_a_post_is_executed(world: World) -> None:
    body = orjson.dumps({"query": QUERY})
    status, _, response = await respond(endpoint(world), "POST", body, headers=(JSON,))
    assert (status, response) == (200, b'{"data":{"__typename":"Query"}}')


async def test_a_get_is_executed_and_has_an_etag(world: World) -> None:
    at = endpoint(world)
    query_string = b"query={ __typename }&variables={}&operationName="
    status, headers, _ = await respond(at, "GET", query_string=query_string)
    assert status == 200
    again = await respond(
        at, "GET", query_string=query_string, headers=((b"if-none-match", headers[b"etag"]),)
    )
    assert (again[0], again[2]) == (304, b"")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ((), 415),
        (((b"content-type", b"text/plain"),), 415),
        (((b"content-type", b"Application/JSON; charset=utf-8"),), 200),
        ((JSON, (b"content-encoding", b"gzip")), 415),
        ((JSON, (b"content-encoding", b"Identity")), 200),
        ((JSON, (b"accept", b"text/html")), 406),
        ((JSON, (b"authorization", b"Bearer x")), 401),
        ((JSON, JSON), 415),
    ],
    ids=str,
)
async def test_headers_decide_whether_a_body_is_read(
    world: World, headers: tuple[tuple[bytes, bytes], ...], status: int
) -> None:
    body = orjson.dumps({"query": QUERY})
    assert (await respond(endpoint(world), "POST", body, headers=headers))[0] == status


@pytest.mark.parametrize(
    ("query_string", "message"),
    [
        (b"query={a}&query={b}", b"query is given more than once"),
        (b"query={a}&variables=x", b"variables must be JSON"),
        (b"&".join(b"a%d=1" % number for number in range(MAX_PARAMETERS + 1)), b"too many"),
        (b"query=", b"query must be a document"),
        (b"variables={}", b"query must be a document"),
    ],
)
async def test_a_get_whose_parameters_are_wrong_is_refused(
    world: World, query_string: bytes, message: bytes
) -> None:
    status, _, body = await respond(endpoint(world), "GET", query_string=query_string)
    assert status == 400
    assert message in body


async def test_a_browser_gets_the_page_where_there_is_one(world: World) -> None:
    html = ((b"accept", b"text/html"),)
    status, headers, body = await respond(endpoint(world, explorer=True), "GET", headers=html)
    assert (status, body) == (200, b"<html>")
    assert headers[b"content-length"] == b"6"
    assert (await respond(endpoint(world), "GET", headers=html))[0] == 404


async def test_other_methods_are_refused(world: World) -> None:
    status, headers, _ = await respond(endpoint(world), "PUT")
    assert (status, headers[b"allow"]) == (405, b"GET, HEAD, POST")


async def test_a_websocket_is_served_by_the_sockets(world: World) -> None:
    sockets = Sockets()
    at, scope = endpoint(world, sockets=sockets), {"type": "websocket"}
    await at(scope, None, None)  # type: ignore[arg-type]
    assert sockets.served == [scope]
