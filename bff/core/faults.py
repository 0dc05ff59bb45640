"""Faults: ours, not the client's. Logged under an id, which the response names."""

import secrets

import structlog

CODE = "FAULT"
log = structlog.get_logger("bff.faults")


def log_fault(cause: BaseException | None, **where: object) -> str:
    """The fault's id, 12 hexadecimal digits."""
    fault_id = secrets.token_hex(6)
    log.error("fault", fault_id=fault_id, exc_info=cause, **where)
    return fault_id


def fault_message(fault_id: str) -> str:
    return f"Something went wrong here. Fault {fault_id}."
