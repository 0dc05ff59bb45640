"""Websocket frames: pings, close codes, sizes, fragments."""

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bff.app import build, trusted_of
from bff.cli.serve import MAX_STALLED_MS, listening
from bff.http.protocol import MAX_FRAGMENTS
from bff.settings import Settings
from tests.support.client import wait_until
from tests.support.factories import create_shopper
from tests.support.raw_client import VIEWER, close_code, initialised_socket, result_of
from tests.support.shared_world import SharedWorld
from tests.support.websocket_frames import CLOSE, LAST, TEXT, frame, frame_connection
from tests.support.world import FakeClock, World, open_world, serving_app

MAX_MESSAGE_BYTES = 10_000


@pytest.fixture
def pings() -> dict[str, Any]:
    return {}


impatient = pytest.mark.parametrize("pings", [{"ws_ping_interval": 0.1, "ws_ping_timeout": 1.0}])


@pytest.fixture
async def shared(db_folder: Path, pings: dict[str, Any]) -> AsyncIterator[SharedWorld]:
    """Of a server that takes short messages only; an impatient one soon misses its peers."""
    clock = FakeClock()
    services = await open_world(db_folder, clock=clock)
    app = build(services, trusted_of(services.settings))
    async with serving_app(app, ws_max_size=MAX_MESSAGE_BYTES, **pings) as base:
        world = World(services, clock, base)
        yield SharedWorld(world, await create_shopper(services.db))
        await wait_until(lambda: count(app) == 0)
    await services.db.close()


def count(app: object) -> float | None:
    metrics = app.state.metrics  # type: ignore[attr-defined]
    found: float | None = metrics.registry.get_sample_value("bff_sockets_open")
    return found


@impatient
async def test_a_peer_without_pongs_is_disconnected(shared: SharedWorld) -> None:
    """And cut off without a 1011, after which clients would not come back."""
    async with frame_connection(shared.world.base) as dead:
        with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
            await dead.close_code()


@impatient
async def test_a_peer_with_pongs_stays_connected(shared: SharedWorld) -> None:
    async with initialised_socket(shared) as alive:
        await asyncio.sleep(1.5)
        assert "data" in await result_of(alive, VIEWER)


@pytest.mark.parametrize(
    ("behind", "code"), [(b"", 1007), (frame(CLOSE, (1000).to_bytes(2)), 1000)], ids=["", "close"]
)
async def test_invalid_utf8_closes_the_socket_without_a_log_entry(
    shared: SharedWorld, behind: bytes, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    async with frame_connection(shared.world.base) as peer:
        await peer.write(frame(TEXT, b'{"type": "\xff"}') + behind)
        assert await peer.close_code() == code
    assert caplog.messages == []


@pytest.mark.parametrize("parts", [1, 3])
async def test_a_message_that_is_too_long_closes_with_1009(shared: SharedWorld, parts: int) -> None:
    async with frame_connection(shared.world.base) as long:
        piece = b" " * (MAX_MESSAGE_BYTES // parts + 1)
        for number in range(parts):
            last = LAST if number == parts - 1 else 0
            await long.send((TEXT & 0x0F if number == 0 else 0) | last, piece)
        assert await long.close_code() == 1009


async def test_a_message_may_come_in_pieces(shared: SharedWorld) -> None:
    async with frame_connection(shared.world.base) as slow:
        pieces = [bytes([byte]) for byte in b'{"type":"ping"}']
        for number, piece in enumerate(pieces):
            first = TEXT & 0x0F if number == 0 else 0
            await slow.send(first | (LAST if number == len(pieces) - 1 else 0), piece)
        assert await slow.read() == (TEXT, b'{"type":"pong"}')


async def test_an_endless_fragmented_message_closes_with_1009(shared: SharedWorld) -> None:
    async with frame_connection(shared.world.base) as endless:
        await endless.write(frame(TEXT & 0x0F, b"") + frame(0, b"") * 2 * MAX_FRAGMENTS)
        assert await endless.close_code() == 1009


async def test_ids_are_bounded_and_close_reasons_cut(shared: SharedWorld) -> None:
    longest = "é" * 1_000
    async with initialised_socket(shared) as socket:
        assert "data" in await result_of(socket, VIEWER, longest)
        await socket.subscribe(VIEWER, longest)
        await socket.subscribe(VIEWER, longest)
        code, reason = await close_code(socket.connection)
    assert (code, str(reason)[:20]) == (4409, "Subscriber for éééééé"[:20])
    async with initialised_socket(shared) as socket:
        await socket.subscribe(VIEWER, longest + "e")
        assert (await close_code(socket.connection))[0] == 4400


def test_accepted_sockets_inherit_the_user_timeout() -> None:
    with listening(Settings(port=0)) as bound:
        bound.listen()
        with socket.create_connection(bound.getsockname()):
            accepted, _ = bound.accept()
            with accepted:
                stalled = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
                no_delay = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    assert (stalled, bool(no_delay)) == (MAX_STALLED_MS, True)
