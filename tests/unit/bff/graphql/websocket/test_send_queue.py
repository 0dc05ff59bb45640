"""What goes out to a client that may not read: in order, at once where there is room."""

import asyncio
from typing import Any

import pytest

from bff.graphql.engine.response import GraphQLResponse
from bff.graphql.websocket.messages import PONG, Payload, complete, frame
from bff.graphql.websocket.send_queue import (
    MAX_REASON_BYTES,
    MAX_WAITING_CHARACTERS,
    MAX_WAITING_FRAMES,
    SendQueue,
)


class Transport:
    """Takes what it is sent while there is room."""

    def __init__(self) -> None:
        self.sent: list[Any] = []
        self.gone: Exception | None = None
        self._room = asyncio.Event()
        self._room.set()

    def fill(self) -> None:
        self._room.clear()

    def drain(self) -> None:
        self._room.set()

    async def send(self, message: Any) -> None:
        await self._room.wait()
        if self.gone:
            raise self.gone
        self.sent.append(message)


def numbered(count: int, size: int = 1) -> list[Any]:
    return [frame(f"{number}".ljust(size)) for number in range(count)]


async def settled() -> None:
    await asyncio.sleep(0.01)


async def test_where_there_is_room_it_is_sent_at_once_and_without_a_task() -> None:
    transport = Transport()
    out = SendQueue(transport.send)
    tasks = len(asyncio.all_tasks())
    frames = numbered(3)
    assert all(out.push(one) for one in frames)
    assert transport.sent == frames
    assert len(asyncio.all_tasks()) == tasks


async def test_what_had_to_wait_keeps_its_order() -> None:
    transport = Transport()
    out = SendQueue(transport.send)
    frames = numbered(20)
    for number, one in enumerate(frames):
        if number % 7 == 3:
            transport.fill()
        assert out.push(one)
        if number % 7 == 6:
            transport.drain()
            await asyncio.sleep(0)
    transport.drain()
    await out.room()
    assert transport.sent == frames


@pytest.mark.parametrize(
    ("size", "most"),
    [(1, MAX_WAITING_FRAMES), (1_000, MAX_WAITING_CHARACTERS // 1_000)],
    ids=["frames", "text"],
)
async def test_no_more_waits_than_may(size: int, most: int) -> None:
    transport = Transport()
    out = SendQueue(transport.send)
    transport.fill()
    frames = numbered(most + 2, size)
    assert [out.push(one) for one in frames] == [True] * (most + 1) + [False]
    transport.drain()
    await out.room()
    assert transport.sent == frames[:-1]
    assert out.push(PONG)


async def test_one_that_is_longer_than_all_that_may_wait_is_sent_alone() -> None:
    transport = Transport()
    out = SendQueue(transport.send)
    transport.fill()
    long = numbered(2, 2 * MAX_WAITING_CHARACTERS)
    assert [out.push(PONG), out.push(long[0]), out.push(long[1])] == [True, True, False]
    transport.drain()
    await out.room()
    assert transport.sent == [PONG, long[0]]


async def test_a_client_that_is_cut_off_gets_the_reason_once_it_reads_and_nothing_else() -> None:
    transport = Transport()
    out = SendQueue(transport.send)
    transport.fill()
    for one in numbered(10):
        out.push(one)
    await settled()
    out.close(4499, "因为" * 100)
    out.close(4400, "another reason")
    assert out.push(PONG)
    transport.drain()
    await out.room()
    first, farewell = transport.sent
    assert first == frame("0")
    assert (farewell["type"], farewell["code"]) == ("websocket.close", 4499)
    assert len(farewell["reason"].encode()) <= MAX_REASON_BYTES
    assert farewell["reason"].startswith("因为因为")


@pytest.mark.parametrize("waiting", [False, True])
@pytest.mark.parametrize("gone", [OSError("gone"), RuntimeError("closing has begun")], ids=str)
async def test_nothing_more_is_tried_once_the_client_is_gone(
    gone: Exception, waiting: bool
) -> None:
    transport = Transport()
    out = SendQueue(transport.send)
    if waiting:
        transport.fill()
        out.push(PONG)
    transport.gone = gone
    transport.drain()
    out.push(PONG)
    await out.room()
    transport.gone = None
    out.push(PONG)
    out.close(4400, "too late")
    await out.end()
    assert transport.sent == []
    assert out.closing


async def test_the_end_waits_for_nothing() -> None:
    transport = Transport()
    out = SendQueue(transport.send)
    transport.fill()
    out.push(PONG)
    async with asyncio.timeout(30):
        await out.end()
    transport.drain()
    await settled()
    assert transport.sent == []


def test_one_payload_makes_one_message_for_all_who_give_the_same_id() -> None:
    payload = Payload(GraphQLResponse('{"data":{"a":"五"}}'.encode()))
    first, second, other = payload.next("1"), payload.next("1"), payload.next('"é')
    assert first is second
    assert first["text"] == '{"id":"1","type":"next","payload":{"data":{"a":"五"}}}'
    assert other["text"] == '{"id":"\\"é","type":"next","payload":{"data":{"a":"五"}}}'
    assert complete("1")["text"] == '{"id":"1","type":"complete"}'
