"""A socket's protocol, message by message, without a server before it."""

from datetime import timedelta
from typing import Any

import pytest

from bff.graphql.websocket import connection, messages
from tests.support.asgi_socket import opened
from tests.support.world import World


def init(world: World) -> dict[str, Any]:
    return {"type": "connection_init", "payload": {"token": world.token("sho_1")}}


async def test_an_operation_is_answered_and_completed(world: World) -> None:
    async with opened(world) as socket:
        socket.send(init(world))
        assert await socket.next(1) == {"type": "connection_ack"}
        assert socket.handler.counts.sockets == 1
        socket.send({"type": "subscribe", "id": "1", "payload": {"query": "{ __typename }"}})
        data = {"data": {"__typename": "Query"}}
        assert await socket.next(2) == {"id": "1", "type": "next", "payload": data}
        assert await socket.next(3) == {"id": "1", "type": "complete"}


async def test_a_ping_is_answered_before_the_init_too(world: World) -> None:
    async with opened(world) as socket:
        socket.send({"type": "pong"})
        socket.send({"type": "ping"})
        assert await socket.next() == {"type": "pong"}


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ([{"type": "subscribe", "id": "1", "payload": {"query": "{ a }"}}], messages.UNAUTHORIZED),
        ([{"type": "connection_init"}], messages.FORBIDDEN),
        ([{"type": "unknown"}], messages.INVALID_MESSAGE),
        ([[]], messages.INVALID_MESSAGE),
        (["init", "init"], messages.SECOND_INIT),
        (["init", {"type": "subscribe", "id": "1", "payload": []}], messages.INVALID_MESSAGE),
    ],
    ids=str,
)
async def test_what_the_protocol_forbids_closes_the_socket(
    world: World, sent: list[Any], code: int
) -> None:
    async with opened(world) as socket:
        for message in sent:
            socket.send(init(world) if message == "init" else message)
        assert await socket.closed() == code


async def test_an_id_in_use_closes_the_socket(world: World) -> None:
    async with opened(world) as socket:
        socket.send(init(world))
        for _ in range(2):
            socket.send({"type": "subscribe", "id": "1", "payload": {"query": "{ __typename }"}})
        assert await socket.closed() == messages.ID_IN_USE


async def test_a_persisted_document_that_is_unknown_is_an_error_of_its_operation(
    world: World,
) -> None:
    async with opened(world) as socket:
        socket.send(init(world))
        socket.send({"type": "subscribe", "id": "1", "payload": {"documentId": "x"}})
        answer = await socket.next(2)
    assert (answer["id"], answer["type"]) == ("1", "error")
    assert answer["payload"][0]["extensions"] == {"code": "PERSISTED_QUERY_NOT_FOUND"}


async def test_no_more_operations_begin_than_a_socket_may_have(world: World) -> None:
    most = world.services.settings.max_subscriptions
    async with opened(world) as socket:
        socket.send(init(world))
        await socket.next(1)
        for number in range(most + 1):
            socket.send(
                {"type": "subscribe", "id": str(number), "payload": {"query": "{ __typename }"}}
            )
        answer = await socket.next(2)
    assert answer["id"] == str(most)
    assert answer["payload"] == [{"message": "Subscription limit reached"}]


async def test_a_client_that_sends_no_init_is_not_waited_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "INIT_TIMEOUT", timedelta(milliseconds=10))
    async with opened(world) as socket:
        assert await socket.closed() == messages.NO_INIT
