"""One client's socket, from its first message to its last."""

import asyncio
import sys
from dataclasses import replace
from datetime import timedelta
from typing import Any

from starlette.types import Message, Receive, Send

from bff.graphql.metrics import WEBSOCKET
from bff.graphql.websocket import messages
from bff.graphql.websocket.client import Client
from bff.graphql.websocket.messages import MessageError
from bff.graphql.websocket.open_sockets import OpenSockets
from bff.graphql.websocket.operations import Operations
from bff.graphql.websocket.send_queue import SendQueue
from bff.http.auth import TokenError
from bff.http.errors import BAD_REQUEST, RequestError

INIT_TIMEOUT = timedelta(seconds=10)
# The system's clock may be set while a timer runs: it is read again after this time.
MAX_TIMER_S = 60.0


class ClientConnection:
    """It ends with its shopper's token: a phone comes back with a new one and its cursors.

    It has no task but the one that reads. `initialised` False: no operation may begin yet.
    """

    __slots__ = ("_client", "_initialised", "_operations", "_queue", "_sockets", "_timer")

    def __init__(self, sockets: OpenSockets, client: Client, send: Send) -> None:
        self._sockets = sockets
        self._client = client
        self._queue = SendQueue(send)
        self._operations = Operations(sockets, client, self._queue)
        self._initialised = False
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(INIT_TIMEOUT.total_seconds(), self._end_without_init)

    async def serve(self, receive: Receive) -> None:
        self._sockets.counts.sockets += 1
        try:
            while (received := await receive())["type"] != "websocket.disconnect":
                if not self._queue.closing:
                    await self._handle(received)
                received = None  # or it is kept until the next one comes
        finally:
            self._sockets.counts.sockets -= 1
            self._timer.cancel()
            if tasks := self._operations.drop():
                await asyncio.wait(tasks)
            await self._queue.end()

    async def _handle(self, received: Message) -> None:
        try:
            await self._dispatch(messages.read(received))
        except MessageError as error:
            self._close(messages.INVALID_MESSAGE, str(error))

    async def _dispatch(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "connection_init":
                self._initialise(message["payload"])
            case "subscribe":
                await self._subscribe(message["id"], message.get("payload"))
            case "complete":
                self._operations.complete(message["id"])
            case "ping":
                self._operations.send(messages.PONG)
            case "pong":
                pass
            case other:
                raise MessageError(f"Unknown message type: {other}")

    def _close(self, code: int, reason: str) -> None:
        self._queue.close(code, reason)
        self._operations.drop()

    def _initialise(self, payload: dict[str, Any]) -> None:
        if self._initialised:
            self._close(messages.SECOND_INIT, "Too many initialisation requests")
            return
        try:
            self._client.introduce(payload)
        except TokenError as error:
            self._close(messages.FORBIDDEN, str(error))
            return
        self._initialised = True
        self._operations.send(messages.ACK)
        self._end_with_token()

    def _end_without_init(self) -> None:
        self._close(messages.NO_INIT, "Connection initialisation timeout")

    def _end_with_token(self) -> None:
        self._timer.cancel()
        try:
            left_s = self._client.left_s()
        except TokenError as error:
            self._close(messages.FORBIDDEN, str(error))
            return
        wait_s = min(left_s, MAX_TIMER_S)
        self._timer = asyncio.get_running_loop().call_later(wait_s, self._end_with_token)

    async def _subscribe(self, operation_id: str, payload: object) -> None:
        """Begin an operation of any kind. Raises MessageError."""
        if not self._initialised:
            self._close(messages.UNAUTHORIZED, "Unauthorized")
            return
        if operation_id in self._operations:
            reason = f"Subscriber for {operation_id} already exists"
            self._close(messages.ID_IN_USE, reason)
            return
        try:
            request = await self._sockets.parser.parse(payload)
        except RequestError as error:
            if error.code == BAD_REQUEST:
                raise MessageError(error.message) from error
            extensions = {"code": error.code}
            self._refuse(operation_id, {"message": error.message, "extensions": extensions})
            return
        if self._queue.closing:
            return
        if len(self._operations) < self._sockets.server.services.settings.max_subscriptions:
            # Many clients send the same document: it is kept once.
            self._operations.begin(operation_id, replace(request, query=sys.intern(request.query)))
        else:
            self._refuse(operation_id, {"message": "Subscription limit reached"})

    def _refuse(self, operation_id: str, error: dict[str, Any]) -> None:
        self._sockets.server.metrics.count_failure(WEBSOCKET, "refused")
        self._operations.send(messages.error(operation_id, [error]))
