"""To what a line of the log belongs: a request or a websocket, its trace, its shopper."""

import re
import secrets
from contextvars import ContextVar

from starlette.types import Scope
from structlog.typing import EventDict

from bff.core import spans
from bff.core.spans import TRACEPARENT, trace_id_of

HEADER = b"x-request-id"
# What can stand in a log line and in a search without harm
TAME = re.compile(rb"[A-Za-z0-9._:/+=@-]{1,100}")
KEY = "request_id"
SHOPPER = "shopper_id"
# Set for each request; the id itself is made only where something is logged.
current_scope: ContextVar[Scope | None] = ContextVar("current_scope", default=None)


def request_id(scope: Scope) -> str:
    """Its `X-Request-Id`, or one that is made here: the same however often it is called."""
    known: str | None = scope.get(KEY)
    if known is None:
        sent = next((value for name, value in scope["headers"] if name == HEADER), b"")
        known = sent.decode() if TAME.fullmatch(sent) else secrets.token_hex(8)
        scope[KEY] = known
    return known


def traceparent_of(scope: Scope) -> str | None:
    """As it was sent."""
    wanted = TRACEPARENT.encode()
    sent = next((value for name, value in scope["headers"] if name == wanted), None)
    return sent.decode("latin-1") if sent else None


def add_request(_logger: object, _method: str, event: EventDict) -> EventDict:
    """A processor of structlog's: what is logged outside of requests has a trace alone."""
    traceparent = spans.traceparent()
    scope = current_scope.get()
    if scope is not None:
        event.setdefault(KEY, request_id(scope))
        if shopper_id := scope.get(SHOPPER):
            event.setdefault(SHOPPER, shopper_id)
        traceparent = traceparent or traceparent_of(scope)
    if traceparent and (trace_id := trace_id_of(traceparent)):
        event.setdefault("trace_id", trace_id)
    return event
