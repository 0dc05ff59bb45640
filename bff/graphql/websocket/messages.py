"""The messages of graphql-transport-ws: checked as they are read, written around ready JSON.

https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from starlette.types import Message

from bff.graphql.engine.response import GraphQLResponse

PROTOCOL = "graphql-transport-ws"
WITH_ID = frozenset({"subscribe", "complete"})
WITH_PAYLOAD = frozenset({"connection_init", "ping", "pong"})
MAX_ID_CHARACTERS = 1_000

INVALID_MESSAGE = 4400
UNAUTHORIZED = 4401
FORBIDDEN = 4403
NO_PROTOCOL = 4406
NO_INIT = 4408
ID_IN_USE = 4409
SECOND_INIT = 4429
TOO_SLOW = 4499


class MessageError(Exception):
    """What is wrong with a message; its sender is shown the text."""


def read(received: Message) -> dict[str, Any]:
    """An object with a `type`, with an `id` where the type needs one, and with an object as its
    `payload` where the type may have one. Raises MessageError."""
    text = received.get("text")
    if text is None:
        raise MessageError("A message must be text")
    try:
        message = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise MessageError("A message must be JSON") from None
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise MessageError("A message must be an object with a type")
    if message["type"] in WITH_ID:
        _check_id(message.get("id"))
    elif message["type"] in WITH_PAYLOAD:
        message["payload"] = _payload(message.get("payload"))
    return message


def _check_id(value: object) -> None:
    if not isinstance(value, str) or not value:
        raise MessageError("A message's id must be a string, and not empty")
    if len(value) > MAX_ID_CHARACTERS:
        raise MessageError(f"A message's id must have {MAX_ID_CHARACTERS} characters at most")


def _payload(payload: object) -> dict[str, Any]:
    if payload is None:
        return {}
    if not isinstance(payload, dict):
        raise MessageError("A message's payload must be an object or null")
    return payload


def frame(text: str) -> Message:
    return {"type": "websocket.send", "text": text}


ACK = frame('{"type":"connection_ack"}')
PONG = frame('{"type":"pong"}')


def complete(operation_id: str) -> Message:
    return frame(f'{{"id":{_json(operation_id)},"type":"complete"}}')


def error(operation_id: str, errors: Sequence[Mapping[str, Any]]) -> Message:
    return frame(f'{{"id":{_json(operation_id)},"type":"error","payload":{_json(errors)}}}')


class Payload:
    """One response, for the `next` messages of all subscribers."""

    __slots__ = ("_body", "_frame", "_id")

    def __init__(self, response: GraphQLResponse) -> None:
        self._body = response.body.decode()
        self._id: str | None = None
        self._frame: Message = {}

    def next(self, operation_id: str) -> Message:
        """Clients tend to use the same ids: the last message is kept for the next of them."""
        if operation_id != self._id:
            self._id = operation_id
            text = f'{{"id":{_json(operation_id)},"type":"next","payload":{self._body}}}'
            self._frame = frame(text)
        return self._frame


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
