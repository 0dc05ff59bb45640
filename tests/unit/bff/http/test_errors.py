"""The JSON of an error."""

import json

from bff.core.validation import FieldError
from bff.http.errors import BAD_REQUEST, BodyTooLargeError, RequestError, json_error_response


def test_an_error_is_a_bad_request_unless_it_says_otherwise() -> None:
    error = RequestError("no")
    assert (error.status, error.code, str(error)) == (400, BAD_REQUEST, "no")


def test_a_response_has_the_errors_status_code_message_and_headers() -> None:
    error = RequestError("gone", "LINK_EXPIRED", 410, headers={"retry-after": "30"})
    response = json_error_response(error)
    assert (response.status_code, response.headers["retry-after"]) == (410, "30")
    assert response.headers["content-type"] == "application/json"
    assert json.loads(bytes(response.body)) == {"code": "LINK_EXPIRED", "message": "gone"}


def test_fields_that_are_at_fault_are_listed() -> None:
    errors = [FieldError("data.level", "1 to 5"), FieldError("type", "a name")]
    response = json_error_response(RequestError("wrong", "INVALID", 422, errors=errors))
    assert json.loads(bytes(response.body))["errors"] == [
        {"field": "data.level", "expected": "1 to 5"},
        {"field": "type", "expected": "a name"},
    ]


def test_chinese_is_written_as_it_is() -> None:
    assert "链接".encode() in bytes(json_error_response(RequestError("链接已过期")).body)


def test_a_body_that_is_too_large_names_the_limit() -> None:
    error = BodyTooLargeError(1_000)
    assert (error.status, error.message) == (413, "The body is too large: at most 1000 bytes")
