"""A websocket's client on ASGI, without a server between it and the handler."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson

from bff.app import server_of
from bff.graphql.http.persisted_documents import PersistedDocuments
from bff.graphql.http.request_parser import RequestParser
from bff.graphql.websocket import messages
from bff.graphql.websocket.handler import WebSocketHandler
from tests.support.client import wait_until
from tests.support.world import World

SCOPE: dict[str, Any] = {
    "type": "websocket",
    "scheme": "ws",
    "path": "/graphql",
    "query_string": b"",
    "root_path": "",
    "headers": [(b"host", b"here.example")],
    "subprotocols": [messages.PROTOCOL],
}


class Socket:
    """What the client sends, and all that it is sent."""

    def __init__(self, handler: WebSocketHandler, scope: dict[str, Any]) -> None:
        self.handler = handler
        self.frames: list[Any] = []
        self._incoming: asyncio.Queue[Any] = asyncio.Queue()
        self._incoming.put_nowait({"type": "websocket.connect"})
        self._served = asyncio.create_task(handler.serve(scope, self._incoming.get, self._send))

    async def _send(self, message: Any) -> None:
        self.frames.append(message)

    def send(self, message: Any) -> None:
        self._incoming.put_nowait(
            {"type": "websocket.receive", "text": orjson.dumps(message).decode()}
        )

    async def next(self, count: int = 1) -> Any:
        """The frame at this place, after the handshake's."""
        await wait_until(lambda: len(self.frames) > count)
        frame = self.frames[count]
        return orjson.loads(frame["text"]) if "text" in frame else frame

    async def closed(self) -> int:
        """With which code."""
        await wait_until(lambda: any(one["type"] == "websocket.close" for one in self.frames))
        code: int = self.frames[-1]["code"]
        return code

    async def leave(self) -> None:
        self._incoming.put_nowait({"type": "websocket.disconnect"})
        await self._served


@asynccontextmanager
async def opened(world: World, **scope: Any) -> AsyncIterator[Socket]:
    parser = RequestParser(PersistedDocuments({}))
    handler = WebSocketHandler(server_of(world.services), parser)
    socket = Socket(handler, SCOPE | scope)
    yield socket
    await socket.leave()
    assert (handler.counts.sockets, handler.counts.subscriptions) == (0, 0)
