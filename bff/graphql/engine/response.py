"""What an operation came to: its data, and its errors as the client may see them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

import orjson
from graphql import ExecutionResult, GraphQLError, OperationType

from bff.core.faults import CODE as FAULT
from bff.core.faults import (
    RETRY_AFTER_S,
    UNAVAILABLE,
    UNAVAILABLE_MESSAGE,
    fault_message,
    is_unavailable,
    log_fault,
)

Outcome = Literal["planned", "graphql-core", "refused", "unavailable", "fault"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
Errors = tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class GraphQLResponse:
    """`body`: the response in JSON. `kind` and `name`: the operation's, None where it has none.

    `executed` False: `errors` say what is wrong with the document or its variables.
    """

    body: bytes
    errors: Errors = ()
    executed: bool = True
    planned: bool = False
    kind: OperationType | None = None
    name: str | None = None

    @property
    def outcome(self) -> Outcome:
        """For metrics."""
        if self.errors:
            codes = {error.get("extensions", {}).get("code") for error in self.errors}
            if FAULT in codes:
                return "fault"
            if UNAVAILABLE in codes:
                return "unavailable"
        if not self.executed:
            return "refused"
        return "planned" if self.planned else "graphql-core"


def response_of(
    result: ExecutionResult, kind: OperationType | None = None, name: str | None = None
) -> GraphQLResponse:
    errors = tuple(mask(error).formatted for error in result.errors or ())
    # What was not executed has errors that stand at no field.
    executed = result.data is not None or any("path" in error for error in errors)
    body: dict[str, Any] = {"data": result.data} if executed else {}
    if errors:
        body["errors"] = errors
    body_json = orjson.dumps(body)
    return GraphQLResponse(body_json, cast("Errors", errors), executed, kind=kind, name=name)


def invalid_response(errors: Iterable[GraphQLError]) -> GraphQLResponse:
    """To a request that cannot be executed."""
    return response_of(ExecutionResult(None, list(errors)))


def fault_response(
    error: Exception, kind: OperationType | None = None, name: str | None = None
) -> GraphQLResponse:
    """To a request or a subscription that failed as a whole: a fault at no field."""
    fault = mask(GraphQLError(str(error), original_error=error)).formatted
    body = orjson.dumps({"data": None, "errors": [fault]})
    return GraphQLResponse(body, cast("Errors", (fault,)), kind=kind, name=name)


def mask(error: GraphQLError) -> GraphQLError:
    """A fault is logged, and the client sees its id alone; other errors are as they are."""
    if not is_fault(error):
        return error
    fault_id = log_fault(error.original_error, path=error.path)
    message, extensions = fault_message(fault_id), {"code": FAULT, "id": fault_id}
    if is_unavailable(error.original_error):
        message, extensions = UNAVAILABLE_MESSAGE, unavailable_extensions()
    return GraphQLError(message, nodes=error.nodes, path=error.path, extensions=extensions)


def unavailable_extensions() -> dict[str, Any]:
    """`retryAfter` in seconds."""
    return {"code": UNAVAILABLE, "retryAfter": RETRY_AFTER_S}


def is_fault(error: GraphQLError) -> bool:
    """What the client could not have put right: an exception in a resolver or between events.

    An exception with a place in the document but none in the response is the document's own: a
    value that could not be read.
    """
    cause = error.original_error
    if cause is None or isinstance(cause, GraphQLError):
        return False
    return error.path is not None or not error.nodes
