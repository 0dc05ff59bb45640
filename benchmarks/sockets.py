"""Thousands of subscribers in one loop, over graphql-transport-ws, as light as Python goes.

Nothing is parsed but the frames' lengths: the server is measured, not this client.
"""

import base64
import os
import select
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import orjson

from benchmarks.wrk import LANGUAGE

UPGRADE = (
    "GET /graphql HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
    "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
)
TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
NO_MASK = b"\0\0\0\0"  # a mask that changes nothing is a mask
MAX_READ_BYTES = 65_536
MEDIUM, LONG = 126, 127
PATIENCE_S = 60
NEVER = 1 << 62


class SocketError(Exception):
    """A subscriber that was refused, cut off, or sent something else than an event."""


@dataclass(slots=True, eq=False)
class Subscriber:
    socket: socket.socket
    rest: bytes = b""
    received_count: int = 0
    last: bytes = b""

    def take(self, data: bytes) -> None:
        """Count the text frames in the data; answer a ping. Raises SocketError."""
        data = self.rest + data if self.rest else data
        at = 0
        while frame := _frame(data, at):
            opcode, begin, at = frame
            if opcode == TEXT:
                self.received_count += 1
                self.last = data[begin:at]
            elif opcode == PING:
                self.socket.sendall(framed(PONG, data[begin:at]))
            elif opcode == CLOSE:
                raise SocketError(f"closed: {data[begin:at]!r}")
        self.rest = data[at:]


def _frame(data: bytes, at: int) -> tuple[int, int, int] | None:
    """Opcode, where the payload begins and where it ends; None where it isn't whole yet."""
    if len(data) < at + 2:
        return None
    length, begin = data[at + 1] & 0x7F, at + 2
    if length == MEDIUM:
        length, begin = int.from_bytes(data[at + 2 : at + 4]), at + 4
    elif length == LONG:
        length, begin = int.from_bytes(data[at + 2 : at + 10]), at + 10
    end = begin + length
    return (data[at] & 0x0F, begin, end) if end <= len(data) and begin <= len(data) else None


def framed(opcode: int, payload: bytes) -> bytes:
    """As clients send it."""
    length = len(payload)
    if length < MEDIUM:
        head = bytes([0x80 | opcode, 0x80 | length])
    else:
        head = bytes([0x80 | opcode, 0x80 | MEDIUM]) + length.to_bytes(2)
    return head + NO_MASK + payload


def opened(port: int, token: str) -> Subscriber:
    """Upgraded and acknowledged. Raises SocketError."""
    connection = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    key = base64.b64encode(os.urandom(16)).decode()
    connection.sendall(UPGRADE.format(port=port, key=key).encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += _received(connection)
    head, _, rest = answer.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 101"):
        raise SocketError(head.decode())
    subscriber = Subscriber(connection)
    shown = {"Authorization": f"Bearer {token}", "Accept-Language": LANGUAGE}
    _send(subscriber, {"type": "connection_init", "payload": shown})
    subscriber.take(rest)
    while not subscriber.received_count:
        subscriber.take(_received(connection))
    if orjson.loads(subscriber.last)["type"] != "connection_ack":
        raise SocketError(subscriber.last.decode())
    subscriber.received_count = 0
    return subscriber


def _received(connection: socket.socket) -> bytes:
    data = connection.recv(MAX_READ_BYTES)
    if not data:
        raise SocketError("cut off")
    return data


def _send(subscriber: Subscriber, message: object) -> None:
    subscriber.socket.sendall(framed(TEXT, orjson.dumps(message)))


def subscribe(subscriber: Subscriber, document: str, **variables: object) -> None:
    payload = {"query": document, "variables": variables}
    _send(subscriber, {"id": "1", "type": "subscribe", "payload": payload})


@dataclass(slots=True)
class Spread:
    """One event on its way to all. Seconds from sending the trigger, and from the first push."""

    from_trigger_s: float
    from_first_s: float


class Switchboard:
    """All subscribers of a run: whoever is waited for, the others' pings are answered too."""

    def __init__(self) -> None:
        self._poll = select.epoll()
        self._by_handle: dict[int, Subscriber] = {}

    def add(self, subscriber: Subscriber) -> None:
        handle = subscriber.socket.fileno()
        self._by_handle[handle] = subscriber
        self._poll.register(handle, select.EPOLLIN)

    def spread(
        self, to: Sequence[Subscriber], trigger: Callable[[], None], events: int = 1
    ) -> Spread:
        """Trigger, and wait until each has received so many more. Raises SocketError."""
        goal = {one.socket.fileno(): one.received_count + events for one in to}
        begun_at = time.perf_counter()
        trigger()
        first_at = 0.0
        while goal:
            ready = self._poll.poll(PATIENCE_S)
            if not ready:
                raise SocketError(f"{len(goal)} of {len(to)} received nothing")
            waiting = len(goal)
            self._read(ready, goal)
            if not first_at and len(goal) < waiting:
                first_at = time.perf_counter()
        ended_at = time.perf_counter()
        return Spread(ended_at - begun_at, ended_at - first_at)

    def _read(self, ready: Sequence[tuple[int, int]], goal: dict[int, int]) -> None:
        for handle, _ in ready:
            one = self._by_handle[handle]
            one.take(_received(one.socket))
            if one.received_count >= goal.get(handle, NEVER):
                del goal[handle]

    def catch_up(self) -> None:
        """Answer the pings that are there."""
        while ready := self._poll.poll(0):
            self._read(ready, {})

    def close(self) -> None:
        self._poll.close()
        for one in self._by_handle.values():
            one.socket.close()
