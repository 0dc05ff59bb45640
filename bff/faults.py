"""Faults, not refusals: masked, logged with an id, and the id is in the answer."""

import secrets

import structlog
from graphql import GraphQLError
from strawberry.extensions import MaskErrors
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError

CODE = "FAULT"
MISTAKES = (GraphQLError, CannotGetOperationTypeError, InvalidOperationTypeError)
log = structlog.get_logger("bff.faults")


def is_fault(error: GraphQLError) -> bool:
    """What the client could not have put right: an exception in a resolver or between events.

    An exception that stands at a place of the document but at none of the answer is
    the document's own: a value that could not be read.
    """
    cause = error.original_error
    if cause is None or isinstance(cause, MISTAKES):
        return False
    return error.path is not None or not error.nodes


def log_fault(cause: BaseException | None, **where: object) -> str:
    fault_id = secrets.token_hex(6)
    log.error("fault", fault_id=fault_id, exc_info=cause, **where)
    return fault_id


class MaskFaults(MaskErrors):
    def __init__(self) -> None:
        super().__init__(should_mask_error=is_fault)

    def anonymise_error(self, error: GraphQLError) -> GraphQLError:
        fault_id = log_fault(error.original_error, path=error.path)
        return GraphQLError(
            f"Something went wrong here. Fault {fault_id}.",
            nodes=error.nodes,
            path=error.path,
            extensions={"code": CODE, "id": fault_id},
        )
