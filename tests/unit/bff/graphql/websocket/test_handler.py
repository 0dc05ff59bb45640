"""The handshake of a websocket."""

from typing import Any

import pytest

from bff.graphql.websocket import messages
from tests.support.asgi_socket import SCOPE, opened
from tests.support.client import wait_until
from tests.support.world import World


async def test_the_protocol_is_accepted(world: World) -> None:
    async with opened(world, subprotocols=["other", messages.PROTOCOL]) as socket:
        await wait_until(lambda: len(socket.frames) == 1)
    assert socket.frames == [{"type": "websocket.accept", "subprotocol": messages.PROTOCOL}]


@pytest.mark.parametrize(
    ("headers", "subprotocols", "code"),
    [
        ([], ["graphql-ws"], messages.NO_PROTOCOL),
        ([], [], messages.NO_PROTOCOL),
        ([(b"authorization", b"Bearer x")], [messages.PROTOCOL], messages.FORBIDDEN),
        ([(b"authorization", b"Basic x")], [messages.PROTOCOL], messages.FORBIDDEN),
    ],
    ids=str,
)
async def test_a_client_that_cannot_be_served_is_closed_with_a_code(
    world: World, headers: Any, subprotocols: list[str], code: int
) -> None:
    headers = [*SCOPE["headers"], *headers]
    async with opened(world, headers=headers, subprotocols=subprotocols) as socket:
        await wait_until(lambda: len(socket.frames) == 2)
    assert socket.frames[0]["type"] == "websocket.accept"
    assert (socket.frames[1]["type"], socket.frames[1]["code"]) == ("websocket.close", code)


async def test_another_origins_page_is_not_accepted(world: World) -> None:
    headers = [*SCOPE["headers"], (b"origin", b"https://other.example")]
    async with opened(world, headers=headers) as socket:
        await wait_until(lambda: len(socket.frames) == 1)
    assert socket.frames == [{"type": "websocket.close"}]
