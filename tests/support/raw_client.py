"""A client that sends any bytes over HTTP, and any frames over a websocket."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.support.client import MAX_WAIT_S, PROTOCOL, Socket
from tests.support.shared_world import SharedWorld
from tests.support.world import World

GRAPHQL_JSON = "application/graphql-response+json"
JSON = "application/json"
VIEWER = "{ viewer { id } }"
# No response may contain how the program is made.
SECRETS = ("Traceback", "sqlite", "SELECT", "sqlalchemy", "site-packages", "recursion")

NODE = "query($id: ID!) { node(id: $id) { id } }"
INVALID_REQUESTS: dict[str, tuple[str, dict[str, Any]]] = {
    "syntax": ("{ viewer {", {}),
    "only a comment": ("# nothing", {}),
    "unknown field": ("{ nope }", {}),
    "unknown fragment": ("{ ...Nope }", {}),
    "missing argument": ("{ node { id } }", {}),
    "unused variable": ("query($id: ID!) { viewer { id } }", {"id": "x"}),
    "missing variable": (NODE, {}),
    "null variable": (NODE, {"id": None}),
    "variable of another type": (NODE, {"id": {}}),
    "too large": ("{ viewer { " + "id " * 401 + "} }", {}),
    "two operations, none named": ("query A { viewer { id } } query B { viewer { id } }", {}),
}


@asynccontextmanager
async def http_client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """With as many connections at once as a test opens."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(
        base_url=f"http://{world.base}", timeout=MAX_WAIT_S, verify=False, limits=limits
    ) as http:
        yield http


def bearer_headers(token: str | None, **headers: str) -> dict[str, str]:
    authorization = {"Authorization": f"Bearer {token}"} if token else {}
    return {"Accept-Language": "en"} | authorization | headers


def json_body(document: str, variables: Mapping[str, Any]) -> bytes:
    """JSON in ASCII alone, so that lone surrogates can be sent."""
    return json.dumps({"query": document, "variables": variables}).encode("ascii")


async def post(
    http: httpx.AsyncClient, body: bytes, token: str | None = None, **headers: str
) -> httpx.Response:
    all_headers = bearer_headers(token, **{"Content-Type": JSON} | headers)
    return await http.post("/graphql", content=body, headers=all_headers)


async def data_of(
    http: httpx.AsyncClient, token: str | None, document: str, **variables: Any
) -> Any:
    """Fails where there are errors."""
    result = (await post(http, json_body(document, variables), token)).json()
    assert "errors" not in result, result["errors"]
    return result["data"]


@asynccontextmanager
async def bare_socket(world: World, **options: Any) -> AsyncIterator[Socket]:
    """Connected, not initialised."""
    url = f"ws://{world.base}/graphql"
    options = {"subprotocols": [PROTOCOL], "compression": None} | options
    async with connect(url, **options) as connection:
        yield Socket(connection)


async def close_code(connection: ClientConnection) -> tuple[int | None, str | None]:
    """Code and reason with which the server closes, whatever it says before."""
    async with asyncio.timeout(MAX_WAIT_S):
        with suppress(ConnectionClosed):
            async for _ in connection:
                pass
    return connection.close_code, connection.close_reason


async def send_pieces(base: str, pieces: list[bytes]) -> tuple[bytes, int]:
    """The response to bytes sent piece by piece, and how many pieces were accepted."""
    reader, writer = await asyncio.open_connection(*base.split(":"))
    response, accepted = b"", 0
    with suppress(ConnectionError):
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.005)
            accepted += 1
    async with asyncio.timeout(MAX_WAIT_S):
        with suppress(ConnectionError):
            response = await reader.read()
    writer.close()
    return response, accepted


async def send(shared: SharedWorld, body: bytes, **headers: str) -> httpx.Response:
    async with http_client(shared.world) as http:
        return await post(http, body, shared.token, **headers)


def is_error_response(response: httpx.Response) -> bool:
    """JSON with GraphQL's `errors` alone, which show nothing of how the program is made."""
    body = response.json()
    return (
        response.headers["content-type"].startswith((JSON, GRAPHQL_JSON))
        and list(body) == ["errors"]
        and all(isinstance(error["message"], str) for error in body["errors"])
        and not any(secret in response.text for secret in SECRETS)
    )


@asynccontextmanager
async def initialised_socket(shared: SharedWorld, **payload: Any) -> AsyncIterator[Socket]:
    """Initialised, with the token in the payload."""
    async with bare_socket(shared.world) as socket:
        await socket.send(type="connection_init", payload={"token": shared.token} | payload)
        assert await socket.receive() == {"type": "connection_ack"}
        yield socket


async def result_of(socket: Socket, document: str, id: str = "q", **variables: Any) -> Any:  # noqa: A002
    """The payload of the one result of a query or mutation; others may be under way."""
    await socket.subscribe(document, id, **variables)
    messages = [await message_for(socket, id) for _ in range(2)]
    assert [message["type"] for message in messages] == ["next", "complete"], messages
    return messages[0]["payload"]


async def message_for(socket: Socket, id: str) -> Any:  # noqa: A002
    async with asyncio.timeout(MAX_WAIT_S):
        while (message := await socket.receive()).get("id") != id:
            pass
    return message
