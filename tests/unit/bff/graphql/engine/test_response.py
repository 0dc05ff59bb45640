"""Errors as the client may see them, and what an operation came to."""

import orjson
import pytest
from graphql import ExecutionResult, GraphQLError, OperationType, parse
from structlog.testing import capture_logs

from bff.graphql.engine.response import (
    GraphQLResponse,
    fault_response,
    invalid_response,
    is_fault,
    response_of,
)

FAULT = {"message": "Something went wrong here.", "extensions": {"code": "FAULT"}}
AWAY = {"message": "Later.", "extensions": {"code": "SERVICE_UNAVAILABLE"}}
OTHER = {"message": "Show a token.", "extensions": {"code": "UNAUTHENTICATED"}}


@pytest.mark.parametrize(
    ("response", "outcome"),
    [
        (GraphQLResponse(b"{}", planned=True), "planned"),
        (GraphQLResponse(b"{}"), "graphql-core"),
        (GraphQLResponse(b"{}", (OTHER, {"message": "plain"})), "graphql-core"),
        (GraphQLResponse(b"{}", (OTHER,), executed=False), "refused"),
        (GraphQLResponse(b"{}", (OTHER, FAULT)), "fault"),
        (GraphQLResponse(b"{}", (FAULT,), executed=False), "fault"),
        (GraphQLResponse(b"{}", (OTHER, AWAY)), "unavailable"),
        (GraphQLResponse(b"{}", (AWAY, FAULT)), "fault"),
    ],
)
def test_the_outcome_is_a_fault_before_a_refusal(response: GraphQLResponse, outcome: str) -> None:
    assert response.outcome == outcome


def test_data_without_errors_is_the_whole_body() -> None:
    response = response_of(ExecutionResult({"a": None}, None), OperationType.QUERY)
    assert response == GraphQLResponse(b'{"data":{"a":null}}', kind=OperationType.QUERY)


def test_a_document_that_cannot_be_executed_has_no_data() -> None:
    response = invalid_response([GraphQLError("No.")])
    assert response == GraphQLResponse(
        b'{"errors":[{"message":"No."}]}', ({"message": "No."},), executed=False
    )


def test_an_error_at_a_field_says_that_it_was_executed() -> None:
    response = response_of(ExecutionResult(None, [GraphQLError("No.", path=["a", 0])]))
    assert response.executed
    assert orjson.loads(response.body) == {
        "data": None,
        "errors": [{"message": "No.", "path": ["a", 0]}],
    }


def test_a_fault_is_logged_and_masked() -> None:
    secret = GraphQLError("secret", path=["a"], original_error=ValueError("secret"))
    with capture_logs() as logs:
        response = response_of(ExecutionResult(None, [secret]))
    [log], [error] = logs, response.errors
    assert b"secret" not in response.body
    assert error["extensions"] == {"code": "FAULT", "id": log["fault_id"]}
    assert response.outcome == "fault"


def test_what_fails_as_a_whole_is_a_fault_at_no_field() -> None:
    with capture_logs() as logs:
        response = fault_response(ValueError("secret"))
    assert len(logs) == 1
    assert orjson.loads(response.body)["data"] is None
    assert (response.executed, response.outcome) == (True, "fault")
    assert "path" not in response.errors[0]


def test_a_value_of_the_document_that_cannot_be_read_is_no_fault() -> None:
    nodes = list(parse("{ a }").definitions)
    cause = ValueError("a moment needs its zone")
    assert not is_fault(GraphQLError("No.", nodes=nodes, original_error=cause))
    assert not is_fault(GraphQLError("No.", path=["a"]))
    assert is_fault(GraphQLError("No.", path=["a"], original_error=cause))
    assert is_fault(GraphQLError("No.", original_error=cause))
