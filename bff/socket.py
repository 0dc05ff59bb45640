"""graphql-transport-ws: messages checked before they are believed, a context an operation."""

import copy
from datetime import timedelta
from typing import Any, cast

from graphql import GraphQLError
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
    Operation,
)
from strawberry.subscriptions.protocols.graphql_transport_ws.types import Message

from bff.context import Context

INIT_TIMEOUT = timedelta(seconds=10)


class Socket(BaseGraphQLTransportWSHandler[Context, None]):
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
