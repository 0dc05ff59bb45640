"""The messages of graphql-transport-ws."""

from typing import Any

import orjson
import pytest

from bff.graphql.websocket.messages import (
    MAX_ID_CHARACTERS,
    MessageError,
    complete,
    error,
    read,
)


def received(message: Any) -> dict[str, Any]:
    text = message if isinstance(message, str) else orjson.dumps(message).decode()
    return read({"type": "websocket.receive", "text": text})


def test_a_message_has_a_type_and_what_the_type_needs() -> None:
    subscribe = {"type": "subscribe", "id": "1", "payload": [1]}
    assert received(subscribe) == subscribe  # the parser checks the payload
    assert received({"type": "complete", "id": "x" * MAX_ID_CHARACTERS})["type"] == "complete"
    assert received({"type": "ping"}) == {"type": "ping", "payload": {}}
    assert received({"type": "pong", "payload": None})["payload"] == {}
    assert received({"type": "unknown", "payload": 1})["payload"] == 1


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("{", "A message must be JSON"),
        ([], "A message must be an object with a type"),
        (None, "A message must be an object with a type"),
        ({}, "A message must be an object with a type"),
        ({"type": 1}, "A message must be an object with a type"),
        ({"type": "subscribe"}, "A message's id must be a string, and not empty"),
        ({"type": "complete", "id": 1}, "A message's id must be a string, and not empty"),
        ({"type": "complete", "id": ""}, "A message's id must be a string, and not empty"),
        (
            {"type": "complete", "id": "x" * (MAX_ID_CHARACTERS + 1)},
            f"A message's id must have {MAX_ID_CHARACTERS} characters at most",
        ),
        ({"type": "ping", "payload": []}, "A message's payload must be an object or null"),
        (
            {"type": "connection_init", "payload": "x"},
            "A message's payload must be an object or null",
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_message_of_the_wrong_form_has_its_reason(message: Any, reason: str) -> None:
    with pytest.raises(MessageError) as caught:
        received(message)
    assert str(caught.value) == reason


def test_a_message_must_be_text() -> None:
    with pytest.raises(MessageError, match="must be text"):
        read({"type": "websocket.receive", "bytes": b"{}"})


def test_ids_and_errors_are_written_as_json() -> None:
    assert orjson.loads(complete('"五')["text"]) == {"id": '"五', "type": "complete"}
    assert orjson.loads(error("1", [{"message": '"'}])["text"]) == {
        "id": "1",
        "type": "error",
        "payload": [{"message": '"'}],
    }
