"""graphql-transport-ws: messages checked before they are believed, a context an operation."""

import asyncio
import copy
from datetime import timedelta
from typing import Any, Protocol, cast

from graphql import GraphQLError
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
    Operation,
)
from strawberry.subscriptions.protocols.graphql_transport_ws.types import (
    ConnectionInitMessage,
    Message,
)

from bff.context import Context

FORBIDDEN = 4403
INIT_TIMEOUT = timedelta(seconds=10)


class Host(Protocol):
    """What a socket needs of its endpoint."""

    async def outlived(self, context: Context) -> str: ...


class Socket(BaseGraphQLTransportWSHandler[Context, None]):
    """It ends with its shopper's token: a phone comes back with a new one and its cursor."""

    _expiry: asyncio.Task[None] | None = None

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        await super().handle_connection_init(message)
        if self.connection_acknowledged and self._expiry is None:
            self._expiry = asyncio.create_task(self._end_with_token())

    async def _end_with_token(self) -> None:
        why = await cast("Host", self.view).outlived(self.context)
        await self.websocket.close(code=FORBIDDEN, reason=why)

    async def shutdown(self) -> None:
        if self._expiry:
            self._expiry.cancel()
            await asyncio.gather(self._expiry, return_exceptions=True)
        await super().shutdown()

    async def handle_message(self, message: Message) -> None:
        if problem := _problem(message):
            await self.handle_invalid_message(problem)
            return
        await super().handle_message(message)

    async def run_operation(self, operation: Operation[Context, None]) -> None:
        """With a context of its own: nothing loaded for one operation is shown in another."""
        own = copy.copy(self)
        own.context = self.context.again()
        await super(Socket, own).run_operation(operation)

    async def handle_task_exception(self, error: Exception) -> None:
        """A phone that was cut off is no fault: it comes back with its cursor."""
        if not isinstance(error, WebSocketDisconnected):
            await super().handle_task_exception(error)

    @staticmethod
    def _get_pre_execution_close_reason(error: GraphQLError) -> str | None:
        """None: a document that cannot be run is its operation's error, not the socket's end."""


def _problem(message: object) -> str | None:
    """What is wrong with the form of a message, or None."""
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        return "A message must be an object with a type"
    if message["type"] in ("subscribe", "complete") and not isinstance(message.get("id"), str):
        return "A message's id must be a string"
    if message["type"] == "subscribe":
        return _payload_problem(cast("dict[str, Any]", message).get("payload"))
    return None


def _payload_problem(payload: object) -> str | None:
    if not isinstance(payload, dict):
        return "A payload must be an object"
    if not isinstance(payload.get("query"), str) or not payload["query"]:
        return "A payload's query must be a document"
    if not isinstance(payload.get("variables"), dict | None):
        return "A payload's variables must be an object"
    if not isinstance(payload.get("operationName"), str | None):
        return "A payload's operationName must be a string"
    return None
