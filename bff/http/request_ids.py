"""The id under which what a request or a websocket logs is found: its `X-Request-Id`, or ours."""

import re
import secrets
from contextvars import ContextVar

from starlette.types import Scope
from structlog.typing import EventDict

HEADER = b"x-request-id"
# What can stand in a log line and in a search without harm
TAME = re.compile(rb"[A-Za-z0-9._:/+=@-]{1,100}")
KEY = "request_id"
# Set for each request; the id itself is made only where something is logged.
current_scope: ContextVar[Scope | None] = ContextVar("current_scope", default=None)


def request_id(scope: Scope) -> str:
    """The same for one scope, however often it is called."""
    known: str | None = scope.get(KEY)
    if known is None:
        sent = next((value for name, value in scope["headers"] if name == HEADER), b"")
        known = sent.decode() if TAME.fullmatch(sent) else secrets.token_hex(8)
        scope[KEY] = known
    return known


def add_request_id(_logger: object, _method: str, event: EventDict) -> EventDict:
    """A processor of structlog's: what is logged outside of requests stays as it is."""
    scope = current_scope.get()
    if scope is not None:
        event.setdefault(KEY, request_id(scope))
    return event
