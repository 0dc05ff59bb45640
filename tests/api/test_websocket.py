"""The graphql-transport-ws protocol: valid messages, and invalid ones."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from bff.core.clock import SystemClock
from bff.graphql.websocket.connection import INIT_TIMEOUT
from tests.support.factories import create_shopper
from tests.support.raw_client import (
    SECRETS,
    VIEWER,
    bare_socket,
    close_code,
    initialised_socket,
    result_of,
)
from tests.support.shared_world import SharedWorld, shared_loop
from tests.support.world import World, open_world, serving

INVALID_MESSAGES: dict[str, str | bytes] = {
    "list": "[]",
    "null": "null",
    "string": '"connection_init"',
    "number": "1",
    "empty": "",
    "no JSON": "{",
    "deep": "[" * 50_000,
    "binary": b"\x00\xff",
    "JSON in bytes": b'{"type": "ping"}',
    "half a surrogate": '{"type": "\\ud800"}',
    "no type": "{}",
    "type of another type": '{"type": ["ping"]}',
    "unknown type": '{"type": "start"}',
    "a server's type": '{"type": "connection_ack"}',
    "no id": '{"type": "subscribe", "payload": {"query": "{ __typename }"}}',
    "number as id": '{"type": "subscribe", "id": 1, "payload": {"query": "{ __typename }"}}',
    "list as id": '{"type": "subscribe", "id": [], "payload": {"query": "{ __typename }"}}',
    "empty id": '{"type": "subscribe", "id": "", "payload": {"query": "{ __typename }"}}',
    "complete without id": '{"type": "complete"}',
    "complete with a list": '{"type": "complete", "id": ["1"]}',
    "ping with a list": '{"type": "ping", "payload": []}',
    "pong with a string": '{"type": "pong", "payload": "x"}',
    "no payload": '{"type": "subscribe", "id": "1"}',
    "payload of another type": '{"type": "subscribe", "id": "1", "payload": "{ __typename }"}',
    "no query": '{"type": "subscribe", "id": "1", "payload": {}}',
    "empty query": '{"type": "subscribe", "id": "1", "payload": {"query": ""}}',
    "query of another type": '{"type": "subscribe", "id": "1", "payload": {"query": {}}}',
    "variables of another type": json.dumps(
        {"type": "subscribe", "id": "1", "payload": {"query": VIEWER, "variables": []}}
    ),
    "name of another type": json.dumps(
        {"type": "subscribe", "id": "1", "payload": {"query": VIEWER, "operationName": 1}}
    ),
}


@shared_loop
@pytest.mark.parametrize("name", INVALID_MESSAGES)
async def test_an_invalid_message_closes_with_4400(shared: SharedWorld, name: str) -> None:
    async with initialised_socket(shared) as socket:
        await socket.connection.send(INVALID_MESSAGES[name])
        code, reason = await close_code(socket.connection)
    assert code == 4400
    assert reason
    assert not any(secret in reason for secret in SECRETS)


@shared_loop
async def test_nothing_is_answered_before_the_init(shared: SharedWorld) -> None:
    async with bare_socket(shared.world) as socket:
        await socket.subscribe(VIEWER)
        assert await close_code(socket.connection) == (4401, "Unauthorized")


@shared_loop
async def test_a_second_init_closes_with_4429(shared: SharedWorld) -> None:
    async with initialised_socket(shared) as socket:
        await socket.send(type="connection_init", payload={"token": shared.token})
        assert (await close_code(socket.connection))[0] == 4429


@shared_loop
@pytest.mark.parametrize("payload", [[], "x", 1])
async def test_an_init_payload_that_is_no_object_closes_with_4400(
    shared: SharedWorld, payload: Any
) -> None:
    async with bare_socket(shared.world) as socket:
        await socket.send(type="connection_init", payload=payload)
        assert (await close_code(socket.connection))[0] == 4400


@shared_loop
@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"token": "x"},
        {"token": ""},
        {"token": 1},
        {"token": None},
        {"token": ["x"]},
        {"Authorization": "x"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer x"},
        {"Authorization": "Basic YTpi"},
        {"Authorization": {"Bearer": "x"}},
        {"headers": {"Authorization": "x"}},
    ],
    ids=str,
)
async def test_without_a_valid_token_the_socket_closes_with_4403(
    shared: SharedWorld, payload: dict[str, Any]
) -> None:
    async with bare_socket(shared.world) as socket:
        await socket.send(type="connection_init", payload=payload)
        assert (await close_code(socket.connection))[0] == 4403


@shared_loop
async def test_an_invalid_token_in_the_header_closes_with_4403(
    shared: SharedWorld, caplog: pytest.LogCaptureFixture
) -> None:
    headers = {"Authorization": "Bearer x"}
    async with bare_socket(shared.world, additional_headers=headers) as socket:
        assert (await close_code(socket.connection))[0] == 4403
    assert caplog.messages == []


@shared_loop
@pytest.mark.parametrize("name", ["Authorization", "authorization", "AUTHORIZATION"])
async def test_a_token_may_be_in_the_payload_or_in_the_header(
    shared: SharedWorld, name: str
) -> None:
    bearer = {name: f"Bearer {shared.token}"}
    for payload, headers in ((bearer, {}), ({}, bearer), (None, bearer)):
        async with bare_socket(shared.world, additional_headers=headers) as socket:
            await socket.send(type="connection_init", payload=payload)
            assert await socket.receive() == {"type": "connection_ack"}
            result = await result_of(socket, VIEWER)
        assert result == {"data": {"viewer": {"id": shared.shopper}}}


@shared_loop
async def test_the_token_of_the_payload_precedes_that_of_the_header(shared: SharedWorld) -> None:
    other = await create_shopper(shared.world.db)
    headers = {"Authorization": f"Bearer {shared.world.token(other)}"}
    async with bare_socket(shared.world, additional_headers=headers) as socket:
        await socket.send(type="connection_init", payload={"token": shared.token})
        await socket.receive()
        assert (await result_of(socket, VIEWER))["data"]["viewer"]["id"] == shared.shopper


@shared_loop
async def test_a_ping_gets_a_pong_before_and_after_the_init(shared: SharedWorld) -> None:
    async with bare_socket(shared.world) as socket:
        await socket.send(type="ping")
        assert await socket.receive() == {"type": "pong"}
        await socket.send(type="connection_init", payload={"token": shared.token})
        await socket.receive()
        await socket.send(type="pong")
        await socket.send(type="pong", payload={"a": 1})
        await socket.send(type="ping", payload=None)
        assert await socket.receive() == {"type": "pong"}
        await socket.send(type="ping", payload={"a": 1})
        assert await socket.receive() == {"type": "pong"}


@shared_loop
async def test_another_protocol_is_refused(shared: SharedWorld) -> None:
    async with bare_socket(shared.world, subprotocols=None) as socket:
        assert (await close_code(socket.connection))[0] == 4406


@shared_loop
async def test_pages_of_other_sites_may_not_connect(shared: SharedWorld) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with bare_socket(shared.world, origin="https://elsewhere.example"):
            pass
    assert refused.value.response.status_code == 403


async def test_pages_of_allowed_sites_may_connect(db_folder: Path) -> None:
    site = "https://shop.example"
    services = await open_world(db_folder, allowed_origins=(site,))
    async with serving(services) as base:
        world = World(services, services.db.clock, base)  # type: ignore[arg-type]
        shopper = SharedWorld(world, await create_shopper(world.db))
        async with bare_socket(world, origin=site) as socket:
            await socket.send(type="connection_init", payload={"token": shopper.token})
            assert await socket.receive() == {"type": "connection_ack"}
    await services.db.close()


async def test_a_socket_without_an_init_is_closed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert timedelta(seconds=10) == INIT_TIMEOUT
    monkeypatch.setattr("bff.graphql.websocket.connection.INIT_TIMEOUT", timedelta(milliseconds=30))
    started = SystemClock().now()
    async with serving(world.services) as world.base, bare_socket(world) as socket:
        assert (await close_code(socket.connection))[0] == 4408
    assert SystemClock().now() - started < timedelta(seconds=5)
