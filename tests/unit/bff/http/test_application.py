"""The application's own routes, and which request a line of the log belongs to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Route
from starlette.types import Message, Receive, Scope, Send

from bff.http.application import Application, root_route
from bff.http.request_ids import add_request, current_scope


async def direct(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse(logged_id())(scope, receive, send)


async def routed(_request: object) -> PlainTextResponse:
    return PlainTextResponse(logged_id())


def logged_id() -> str:
    return str(add_request(None, "info", {"event": "e"})["request_id"])


@asynccontextmanager
async def lifespan(_app: Application) -> AsyncIterator[None]:
    assert current_scope.get() is None
    yield


def client(*routes: BaseRoute) -> httpx.AsyncClient:
    app = Application("/graphql", direct, [*routes], lifespan)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://a.example")


@pytest.mark.parametrize("path", ["/graphql", "/elsewhere"])
async def test_each_request_logs_under_its_own_id(path: str) -> None:
    async with client(Route("/elsewhere", routed)) as http:
        for sent in ("one", "two"):
            answer = await http.get(path, headers={"X-Request-Id": sent})
            assert answer.text == sent


async def test_the_life_of_the_program_is_no_request() -> None:
    sent: list[Message] = []
    messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

    async def receive() -> Message:
        return next(messages)

    async def send(message: Message) -> None:
        sent.append(message)

    await Application("/graphql", direct, [], lifespan)({"type": "lifespan"}, receive, send)
    assert [message["type"] for message in sent] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]


async def test_the_root_leads_to_graphiql_where_there_is_one() -> None:
    async with client(root_route("/graphql", explorer=True)) as http:
        answer = await http.get("/")
    assert (answer.status_code, answer.headers["location"]) == (307, "/graphql")


async def test_the_root_says_where_the_api_is_where_there_is_no_page() -> None:
    async with client(root_route("/graphql", explorer=False)) as http:
        answer = await http.get("/")
    assert answer.status_code == 404
    assert answer.text == "There is no page here: the API is at /graphql.\n"
