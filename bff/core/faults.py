"""Faults: ours, not the client's. Logged under an id, which the response names.

And what is nobody's fault here: the database is away for a while, and the client is to come back.
"""

import secrets
from typing import Any

import structlog

CODE = "FAULT"
UNAVAILABLE = "SERVICE_UNAVAILABLE"
UNAVAILABLE_MESSAGE = "The service is unavailable for a moment: try again soon."
RETRY_AFTER_S = 5
log = structlog.get_logger("bff.faults")


class UnavailableError(Exception):
    """What is needed cannot be reached now: the same may go well later."""


def is_unavailable(error: BaseException | None) -> bool:
    """Also where several things failed together."""
    if isinstance(error, BaseExceptionGroup):
        return error.subgroup(UnavailableError) is not None
    return isinstance(error, UnavailableError)


def retry_headers() -> dict[str, str]:
    return {"retry-after": str(RETRY_AFTER_S)}


def log_fault(cause: BaseException | None, **where: Any) -> str:
    """The fault's id, 12 hexadecimal digits. What is unavailable has no traceback."""
    fault_id = secrets.token_hex(6)
    if is_unavailable(cause):
        log.warning("unavailable", fault_id=fault_id, reason=str(cause), **where)
    else:
        log.error("fault", fault_id=fault_id, exc_info=cause, **where)
    return fault_id


def fault_message(fault_id: str) -> str:
    return f"Something went wrong here. Fault {fault_id}."
