"""One client's socket, from its first message to its last."""

import asyncio
import sys
from dataclasses import replace
from datetime import timedelta
from typing import Any

from starlette.types import Receive, Send

from bff.graphql.engine.execution import GraphQLRequest
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
# The system's clock may be set while somebody waits.
MAX_NAP_S = 60.0


class ClientConnection:
    """It ends with its shopper's token: a phone comes back with a new one and its cursors.

    It has no task but the one that reads. `initialised` False: nothing may be asked for yet.
    """

    __slots__ = ("_client", "_initialised", "_operations", "_out", "_sockets", "_timer")

    def __init__(self, sockets: OpenSockets, client: Client, send: Send) -> None:
        self._sockets = sockets
        self._client = client
        self._out = SendQueue(send)
        self._operations = Operations(sockets, client, self._out)
        self._initialised = False
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(INIT_TIMEOUT.total_seconds(), self._wait_no_longer)

    async def talk(self, receive: Receive) -> None:
        self._sockets.counts.sockets += 1
        try:
            while (received := await receive())["type"] != "websocket.disconnect":
                if not self._out.closing:
                    self._hear(received)
                received = None  # or it is kept until the next one comes
        finally:
            self._sockets.counts.sockets -= 1
            self._timer.cancel()
            await self._end()

    async def _end(self) -> None:
        if tasks := self._operations.drop():
            await asyncio.wait(tasks)
        await self._out.end()

    def _close(self, code: int, reason: str) -> None:
        self._out.close(code, reason)
        self._operations.drop()

    def _hear(self, received: Any) -> None:
        try:
            message = messages.read(received)
            self._act(message)
        except MessageError as error:
            self._close(messages.INVALID_MESSAGE, str(error))

    def _act(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "connection_init":
                self._initialise(message["payload"])
            case "subscribe":
                self._subscribe(message["id"], message.get("payload"))
            case "complete":
                self._operations.complete(message["id"])
            case "ping":
                self._operations.send(messages.PONG)
            case "pong":
                pass
            case other:
                raise MessageError(f"Unknown message type: {other}")

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

    def _wait_no_longer(self) -> None:
        self._close(messages.NO_INIT, "Connection initialisation timeout")

    def _end_with_token(self) -> None:
        self._timer.cancel()
        try:
            left_s = self._sockets.server.tokens.left_s(self._client.expires_at)
        except TokenError as error:
            self._close(messages.FORBIDDEN, str(error))
            return
        nap_s = min(left_s, MAX_NAP_S)
        self._timer = asyncio.get_running_loop().call_later(nap_s, self._end_with_token)

    def _subscribe(self, operation_id: str, payload: object) -> None:
        if not self._initialised:
            self._close(messages.UNAUTHORIZED, "Unauthorized")
        elif operation_id in self._operations:
            reason = f"Subscriber for {operation_id} already exists"
            self._close(messages.ID_IN_USE, reason)
        elif asked := self._asked(operation_id, payload):
            self._begin(operation_id, asked)

    def _begin(self, operation_id: str, asked: GraphQLRequest) -> None:
        if len(self._operations) < self._sockets.server.services.settings.max_subscriptions:
            # Many follow by the same document: it is kept once.
            self._operations.begin(operation_id, replace(asked, query=sys.intern(asked.query)))
        else:
            self._refuse(operation_id, {"message": "Subscription limit reached"})

    def _asked(self, operation_id: str, payload: object) -> GraphQLRequest | None:
        """None where it was refused. Raises MessageError."""
        try:
            return self._sockets.server.parser.read(payload)
        except RequestError as error:
            if error.code == BAD_REQUEST:
                raise MessageError(error.message) from error
            told = {"message": error.message, "extensions": {"code": error.code}}
            self._refuse(operation_id, told)
            return None

    def _refuse(self, operation_id: str, error: dict[str, Any]) -> None:
        self._sockets.server.metrics.failed(WEBSOCKET, fault=False)
        self._operations.send(messages.error(operation_id, [error]))
