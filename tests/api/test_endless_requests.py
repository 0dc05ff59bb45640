"""Endless requests: the server closes their connection, and no other."""

import asyncio

import pytest

from bff.http import protocol as incoming
from bff.http.protocol import MAX_HEAD_BYTES
from tests.support.raw_client import (
    VIEWER,
    http_client,
    initialised_socket,
    json_body,
    result_of,
    send_pieces,
)
from tests.support.shared_world import SharedWorld, shared_loop

PIECE = b"a" * 10_000
MANY = 50
GET = b"GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nHost: x\r\n"
LAST = b"Connection: close\r\n\r\n"
POST = b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
ENDLESS: dict[str, tuple[bytes, bytes]] = {
    "URL": (b"GET /graphql?query=", PIECE),
    "headers": (GET, b"X: %b\r\n" % PIECE),
    "value": (GET + b"X: ", PIECE),
    "extension of a chunk": (POST + CHUNKED + b"\r\n1;", PIECE),
    "trailers": (POST + CHUNKED + b"\r\n1\r\n{\r\n0\r\n", b"X: %b\r\n" % PIECE),
}


@shared_loop
@pytest.mark.parametrize("name", ENDLESS)
async def test_an_endless_head_is_cut_off(shared: SharedWorld, name: str) -> None:
    first, more = ENDLESS[name]
    _, taken = await send_pieces(shared.world.base, [first, *[more] * MANY])
    assert MAX_HEAD_BYTES // len(PIECE) < taken < MANY / 2


@shared_loop
async def test_a_head_over_the_limit_is_431(shared: SharedWorld) -> None:
    pieces = [PIECE] * (MAX_HEAD_BYTES // len(PIECE) + 1)
    response, _ = await send_pieces(shared.world.base, [GET + b"X: ", *pieces])
    assert response.startswith(b"HTTP/1.1 431 ")


@shared_loop
async def test_long_and_many_heads_are_accepted(shared: SharedWorld) -> None:
    pieces = [PIECE] * (MAX_HEAD_BYTES // len(PIECE))
    response, _ = await send_pieces(shared.world.base, [GET + b"X: ", *pieces, b"\r\n" + LAST])
    assert response.startswith(b"HTTP/1.1 200 OK")
    response, _ = await send_pieces(
        shared.world.base, [*[GET + b"X: %b\r\n\r\n" % PIECE] * MANY, GET + LAST]
    )
    assert response.count(b"HTTP/1.1 200 OK") == MANY + 1


@shared_loop
async def test_a_body_may_come_in_chunks_of_one_byte(shared: SharedWorld) -> None:
    body = json_body(VIEWER, {}).ljust(15_000)
    chunks = [b"1\r\n%b\r\n" % body[at : at + 1] for at in range(len(body))]
    together = [b"".join(chunks[at : at + 1_000]) for at in range(0, len(chunks), 1_000)]
    pieces = [POST + CHUNKED + LAST, *together, b"0\r\n\r\n"]
    response, _ = await send_pieces(shared.world.base, pieces)
    assert response.startswith(b"HTTP/1.1 200 OK")


BEGUN: dict[str, bytes] = {
    "nothing": b"",
    "head": GET,
    "body": POST + b"Content-Length: 100\r\n\r\n{",
    "the next head": GET + b"\r\n" + GET,
    "rest of a body that was refused": b"POST /graphql HTTP/1.1\r\nHost: x\r\n"
    b"Content-Length: 100\r\n\r\n{",
}


@shared_loop
@pytest.mark.parametrize("name", BEGUN)
async def test_an_unfinished_request_is_408(
    shared: SharedWorld, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incoming, "MAX_REQUEST_S", 0.3)
    response, _ = await send_pieces(shared.world.base, [BEGUN[name]])
    assert b"HTTP/1.1 408 " in response


@shared_loop
async def test_a_finished_request_is_not_timed_out(
    shared: SharedWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is a websocket, nor a connection between two requests."""
    monkeypatch.setattr(incoming, "MAX_REQUEST_S", 0.5)
    async with initialised_socket(shared) as socket, http_client(shared.world) as http:
        for _ in range(2):
            assert (await http.get("/healthz")).text == "ok"
            await asyncio.sleep(0.7)
        assert "data" in await result_of(socket, VIEWER)


HANDSHAKE = (
    b"/graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


@shared_loop
@pytest.mark.parametrize(
    ("handshake", "status"),
    [
        (b"POST " + HANDSHAKE + b"Content-Length: 2\r\n\r\n{}", b"400"),
        (b"GET " + HANDSHAKE + b"X: %b\r\n\r\n" % PIECE, b"400"),
        (b"HEAD " + HANDSHAKE + b"\r\n", b"405"),
    ],
    ids=["POST", "too long", "HEAD"],
)
async def test_an_invalid_handshake_is_refused(
    shared: SharedWorld, handshake: bytes, status: bytes
) -> None:
    response, _ = await send_pieces(shared.world.base, [handshake])
    assert response.startswith(b"HTTP/1.1 " + status)
