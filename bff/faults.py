"""Faults, not refusals: masked, logged with an id, and the id is in the answer."""

import secrets

import structlog
from graphql import GraphQLError

CODE = "FAULT"
log = structlog.get_logger("bff.faults")


def is_fault(error: GraphQLError) -> bool:
    """What the client could not have put right: an exception in a resolver or between events.

    An exception that stands at a place of the document but at none of the answer is
    the document's own: a value that could not be read.
    """
    cause = error.original_error
    if cause is None or isinstance(cause, GraphQLError):
        return False
    return error.path is not None or not error.nodes


def log_fault(cause: BaseException | None, **where: object) -> str:
    fault_id = secrets.token_hex(6)
    log.error("fault", fault_id=fault_id, exc_info=cause, **where)
    return fault_id


def masked(error: GraphQLError) -> GraphQLError:
    """As the client may see it: a fault is logged, and only its id is told."""
    if not is_fault(error):
        return error
    fault_id = log_fault(error.original_error, path=error.path)
    return GraphQLError(
        told(fault_id),
        nodes=error.nodes,
        path=error.path,
        extensions={"code": CODE, "id": fault_id},
    )


def told(fault_id: str) -> str:
    return f"Something went wrong here. Fault {fault_id}."
