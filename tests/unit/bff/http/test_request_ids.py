"""Request ids: a client's own where it is tame, else one made when something is logged."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from bff.http.request_ids import add_request, current_scope, request_id

OURS = re.compile(r"[0-9a-f]{16}")


def scope_of(*headers: tuple[bytes, bytes]) -> dict[str, Any]:
    return {"type": "http", "headers": list(headers)}


@pytest.fixture
def scope() -> Iterator[dict[str, Any]]:
    """Of a request that is being served."""
    scope = scope_of((b"host", b"a.example"), (b"x-request-id", b"req-7:a/b=="))
    token = current_scope.set(scope)
    yield scope
    current_scope.reset(token)


def test_a_tame_id_is_taken_as_it_was_sent(scope: dict[str, Any]) -> None:
    assert request_id(scope) == "req-7:a/b=="
    assert add_request(None, "info", {"event": "e"}) == {
        "event": "e",
        "request_id": "req-7:a/b==",
    }


@pytest.mark.parametrize(
    "sent",
    [b"", b"a b", b"a\n", b'"', b"<script>", b"x" * 101, "退货".encode(), b"\xff", b"a\x1b[31m"],
)
def test_an_id_that_could_do_harm_in_a_log_is_replaced(sent: bytes) -> None:
    scope = scope_of((b"x-request-id", sent))
    made = request_id(scope)
    assert OURS.fullmatch(made)
    assert request_id(scope) == made


def test_requests_without_an_id_get_different_ones() -> None:
    assert request_id(scope_of()) != request_id(scope_of())


def test_the_first_of_several_is_taken() -> None:
    assert request_id(scope_of((b"x-request-id", b"one"), (b"x-request-id", b"two"))) == "one"


@pytest.mark.usefixtures("scope")
def test_an_id_that_a_line_brings_stays() -> None:
    event = add_request(None, "info", {"event": "e", "request_id": "its own"})
    assert event["request_id"] == "its own"


def test_what_is_logged_outside_of_requests_has_no_id() -> None:
    assert add_request(None, "info", {"event": "e"}) == {"event": "e"}


TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.mark.parametrize(
    ("sent", "trace_id"),
    [
        (b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", TRACE),
        (b"01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", None),
        (b"00-13812345678", None),
        (b"\xff", None),
    ],
)
def test_a_line_has_the_trace_and_the_shopper_of_its_request(
    scope: dict[str, Any], sent: bytes, trace_id: str | None
) -> None:
    scope["headers"].append((b"traceparent", sent))
    scope["shopper_id"] = "sho_1"
    event = add_request(None, "info", {"event": "e"})
    assert event.get("trace_id") == trace_id
    assert event["shopper_id"] == "sho_1"
