"""Limits on heads, on waiting and on fragments, as a peer meets them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode

from bff.http import protocol
from bff.http.protocol import MAX_HEAD_BYTES
from tests.support.world import serving_app

HEAD = "POST / HTTP/1.1\r\nHost: a.example\r\n"


async def echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


async def listen(receive: Receive, send: Send) -> None:
    """Takes whatever comes over a websocket."""
    await send({"type": "websocket.accept"})
    while (await receive())["type"] != "websocket.disconnect":
        pass


class App(Starlette):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await listen(receive, send)
        else:
            await super().__call__(scope, receive, send)


@asynccontextmanager
async def base() -> AsyncIterator[str]:
    async with serving_app(App(routes=[Route("/", echo, methods=["POST"])])) as address:  # type: ignore[arg-type]
        yield address


async def response_to(address: str, request: bytes) -> str:
    """The first line, of a server that hangs up or answers."""
    host, _, port = address.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(request)
    async with asyncio.timeout(30):
        line = (await reader.readline()).decode().strip()
    writer.close()
    return line


async def test_a_head_up_to_the_limit_is_read_and_a_longer_one_is_431() -> None:
    async with base() as address:
        ended = f"{HEAD}X: {'x' * (MAX_HEAD_BYTES // 2)}\r\nContent-Length: 0\r\n\r\n"
        assert await response_to(address, ended.encode()) == "HTTP/1.1 200 OK"
        endless = f"{HEAD}X: {'x' * (3 * MAX_HEAD_BYTES)}"
        assert (await response_to(address, endless.encode())).startswith("HTTP/1.1 431")


async def test_a_long_body_is_no_long_head() -> None:
    async with base() as address:
        body = b"x" * (4 * MAX_HEAD_BYTES)
        request = f"{HEAD}Content-Length: {len(body)}\r\n\r\n".encode() + body
        assert await response_to(address, request) == "HTTP/1.1 200 OK"


async def test_a_request_that_does_not_end_in_time_is_408(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "MAX_REQUEST_S", 0.1)
    async with base() as address:
        assert (await response_to(address, HEAD.encode())).startswith("HTTP/1.1 408")
        assert (await response_to(address, b"")).startswith("HTTP/1.1 408")


async def test_a_message_of_too_many_fragments_ends_the_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(protocol, "MAX_FRAGMENTS", 5)
    async with base() as address, connect(f"ws://{address}/") as socket:
        await socket.send(["x"] * 4)
        await socket.send(["x"] * 9)
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()
    assert closed.value.rcvd
    assert closed.value.rcvd.code == CloseCode.MESSAGE_TOO_BIG


async def test_text_that_is_not_utf_8_ends_the_connection() -> None:
    async with base() as address, connect(f"ws://{address}/") as socket:
        await socket.send(b"\xff", text=True)
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()
    assert closed.value.rcvd
    assert closed.value.rcvd.code == CloseCode.INVALID_DATA
