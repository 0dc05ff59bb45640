"""A websocket by hand: it answers no ping, and reads only when a test reads."""

import asyncio
import base64
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.support.client import MAX_WAIT_S, PROTOCOL

LAST = 0x80
TEXT, CLOSE, PING, PONG = (LAST | opcode for opcode in (1, 8, 9, 10))
SMALL = 4_096  # bytes


def frame(first: int, payload: bytes) -> bytes:
    """As a client sends it; `first` is its first byte."""
    size = len(payload)
    length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2)
    return bytes([first]) + length + bytes(4) + payload


class FrameConnection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, first: int, payload: bytes) -> None:
        await self.write(frame(first, payload))

    async def write(self, written: bytes) -> None:
        self._writer.write(written)
        await self._writer.drain()

    async def read(self) -> tuple[int, bytes]:
        first, size = await self._reader.readexactly(2)
        if size == 126:
            size = int.from_bytes(await self._reader.readexactly(2))
        return first, await self._reader.readexactly(size)

    async def close_code(self) -> int:
        """With which it ends, whatever comes before; and that the server then hangs up."""
        async with asyncio.timeout(MAX_WAIT_S):
            while (found := await self.read())[0] != CLOSE:
                pass
            await self._reader.read()
        return int.from_bytes(found[1][:2])


@asynccontextmanager
async def frame_connection(base: str, *, narrow: bool = False) -> AsyncIterator[FrameConnection]:
    """Past the handshake. `narrow`: hardly anything waits for it on its side."""
    host, port = base.split(":")
    raw = socket.socket()
    if narrow:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
    raw.connect((host, int(port)))
    reader, writer = await asyncio.open_connection(sock=raw, limit=SMALL)
    key = base64.b64encode(os.urandom(16)).decode()
    writer.write(
        f"GET /graphql HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Protocol: {PROTOCOL}\r\n\r\n".encode()
    )
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101")
    try:
        yield FrameConnection(reader, writer)
    finally:
        writer.transport.abort()
