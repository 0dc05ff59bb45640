"""A body becomes an event, or an error that says which field is wrong; its end becomes a status."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from bff.core.signatures import TOLERANCE
from bff.http.errors import RequestError
from bff.http.webhooks import event_response, read_event
from bff.jobs.inbox import Code
from bff.jobs.received_events import ReceivedEvent, Status
from bff.partners.inbound.payloads import StarLevelDecided
from tests.support.webhook_sender import SENT_AT, envelope
from tests.support.world import START

LEVEL = {"shopperId": "sho_1", "level": 3, "more": "is passed over"}


def test_an_event_holds_its_payload_its_data_and_the_digest_of_its_body() -> None:
    body = envelope("star_level.decided", LEVEL)
    event = read_event("staff", "evt_1", body, START)
    assert (event.partner, event.event_id, event.type) == ("staff", "evt_1", "star_level.decided")
    assert event.digest == hashlib.sha256(body).hexdigest()
    assert json.loads(event.data) == LEVEL
    assert event.payload == StarLevelDecided.model_validate(LEVEL)


def test_an_event_happened_at_its_own_moment_or_else_at_the_envelopes() -> None:
    own = "2026-03-10T09:00:00+08:00"
    timestamp = read_event("staff", "evt_1", envelope("star_level.decided", LEVEL), START)
    dated = read_event("staff", "evt_2", envelope("star_level.decided", LEVEL | {"at": own}), START)
    assert timestamp.happened_at.isoformat() == SENT_AT
    assert dated.happened_at.isoformat() == own


@pytest.mark.parametrize(
    ("field", "data", "at"),
    [
        ("timestamp", LEVEL, START + TOLERANCE),
        ("data.at", LEVEL | {"at": (START + TOLERANCE).isoformat()}, START),
    ],
)
def test_what_is_still_to_come_is_refused_beyond_what_clocks_may_differ(
    field: str, data: dict[str, Any], at: datetime
) -> None:
    body = envelope("star_level.decided", data, at.isoformat())
    assert read_event("staff", "evt_1", body, START).happened_at == START + TOLERANCE
    with pytest.raises(RequestError) as raised:
        read_event("staff", "evt_1", body, START - timedelta(microseconds=1))
    assert (raised.value.status, raised.value.code) == (422, "INVALID_PAYLOAD")
    assert raised.value.message.startswith(f"{field}: expected a moment that has come")


def refused(body: bytes, partner: str = "staff") -> RequestError:
    with pytest.raises(RequestError) as raised:
        read_event(partner, "evt_1", body, START)
    return raised.value


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"null", b"\xff"])
def test_what_is_no_json_object_is_a_bad_request(body: bytes) -> None:
    error = refused(body)
    assert (error.status, error.code) == (400, "NOT_JSON")
    assert error.message.startswith("expected one JSON object")


def test_too_many_levels_are_a_bad_request() -> None:
    deep: Any = 1
    for _ in range(300):
        deep = [deep]
    error = refused(envelope("star_level.decided", {"deep": deep}))
    assert (error.status, error.code, error.message) == (
        400,
        "NOT_JSON",
        "expected fewer levels of nesting",
    )


def test_an_envelopes_fields_are_named() -> None:
    error = refused(b'{"type": 1, "data": []}')
    assert (error.status, error.code) == (422, "INVALID_PAYLOAD")
    assert [each.field for each in error.errors] == ["type", "timestamp", "data"]


def test_an_unknown_type_lists_those_of_the_partner() -> None:
    error = refused(envelope("pickup.accepted", {}))
    assert (error.status, error.code) == (422, "UNKNOWN_TYPE")
    [field] = error.errors
    assert field.expected == "one of dispute.decided, visits.decided, star_level.decided"


def test_a_payloads_fields_are_named_with_what_would_be_right() -> None:
    error = refused(envelope("star_level.decided", {"shopperId": "sho_1", "level": 6}))
    assert (error.status, error.code) == (422, "INVALID_PAYLOAD")
    assert error.message == "data.level: expected a whole number from 1 to 5"


def test_no_more_than_twenty_fields_are_named() -> None:
    lines: list[dict[str, str]] = [{} for _ in range(30)]
    order = {"type": "order.paid", "timestamp": SENT_AT, "data": {"lines": lines}}
    assert 1 < len(refused(json.dumps(order).encode(), "orders").errors) <= 20


@pytest.mark.parametrize(
    ("status", "code", "reason", "http_status", "body"),
    [
        (Status.DONE, None, None, 200, {"status": "DONE"}),
        (
            Status.WAITING,
            Code.TOO_EARLY,
            "waits for: x",
            202,
            {"status": "WAITING", "code": "TOO_EARLY", "message": "waits for: x"},
        ),
        (
            Status.REFUSED,
            Code.IMPOSSIBLE,
            "it cannot be",
            422,
            {"status": "REFUSED", "code": "IMPOSSIBLE", "message": "it cannot be"},
        ),
    ],
)
def test_an_events_end_is_its_status(
    status: Status, code: str | None, reason: str | None, http_status: int, body: dict[str, str]
) -> None:
    event = ReceivedEvent(
        id=1,
        partner="staff",
        event_id="evt_1",
        type="star_level.decided",
        subject_id="sho_1",
        shopper_id="sho_1",
        digest="",
        status=status,
        code=code,
        reason=reason,
        attempts=0,
        data="{}",
        happened_at=START,
        received_at=START,
        ended_at=None,
    )
    response = event_response(event)
    assert (response.status_code, json.loads(bytes(response.body))) == (http_status, body)
