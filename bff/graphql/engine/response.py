"""What an operation came to: its data, and its errors as the client may see them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

import orjson
from graphql import ExecutionResult, GraphQLError, OperationType

from bff.core.faults import CODE as FAULT
from bff.core.faults import fault_message, log_fault

Outcome = Literal["planned", "graphql-core", "refused", "fault"]
OUTCOMES: tuple[Outcome, ...] = ("planned", "graphql-core", "refused", "fault")
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
        if self.errors and any(
            error.get("extensions", {}).get("code") == FAULT for error in self.errors
        ):
            return "fault"
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


def fault_response(error: Exception) -> GraphQLResponse:
    """To a request or a subscription that failed as a whole: a fault at no field."""
    fault = mask(GraphQLError(str(error), original_error=error)).formatted
    body = orjson.dumps({"data": None, "errors": [fault]})
    return GraphQLResponse(body, cast("Errors", (fault,)))


def mask(error: GraphQLError) -> GraphQLError:
    """A fault is logged, and the client sees its id alone; other errors are as they are."""
    if not is_fault(error):
        return error
    fault_id = log_fault(error.original_error, path=error.path)
    return GraphQLError(
        fault_message(fault_id),
        nodes=error.nodes,
        path=error.path,
        extensions={"code": FAULT, "id": fault_id},
    )


def is_fault(error: GraphQLError) -> bool:
    """What the client could not have put right: an exception in a resolver or between events.

    An exception with a place in the document but none in the response is the document's own: a
    value that could not be read.
    """
    cause = error.original_error
    if cause is None or isinstance(cause, GraphQLError):
        return False
    return error.path is not None or not error.nodes
