"""Spans of what a request does. `tracer` is None where nothing collects them: then none is made.

W3C Trace Context: https://www.w3.org/TR/trace-context/
"""

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from opentelemetry.trace import Span

TRACEPARENT = "traceparent"
FORM = re.compile(r"00-(?P<trace_id>[0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")

SpanKind = Literal["server", "client", "internal", "consumer"]
Attribute = str | int | bool
Attributes = Mapping[str, Attribute]


class Tracer(Protocol):
    def span(
        self,
        name: str,
        kind: SpanKind = "internal",
        attributes: Attributes | None = None,
        *,
        parent: str | None = None,
    ) -> "AbstractContextManager[Span]":
        """Current until it ends. `parent`: a `traceparent`; without one, the current span's child.

        One that an exception ends is marked as failed with the exception's type, whose text may
        be personal.
        """
        ...

    def statement(self, sql: str) -> "AbstractContextManager[object]":
        """A span of a statement where one is current: what no request causes has none."""
        ...

    def link(self, traceparent: str) -> None:
        """From the current span to another trace."""
        ...

    def fail(self) -> None:
        """The current span's work has failed."""
        ...

    def traceparent(self) -> str | None:
        """Of the current span."""
        ...


tracer: Tracer | None = None


def span(
    name: str, kind: SpanKind = "internal", parent: str | None = None, **attributes: Attribute
) -> AbstractContextManager[object]:
    """As a tracer's; where there is none, nothing."""
    if tracer is None:
        return nullcontext()
    return tracer.span(name, kind, attributes, parent=parent)


def traceparent() -> str | None:
    """Of the current span, None where there is none."""
    return tracer.traceparent() if tracer is not None else None


def trace_headers() -> dict[str, str]:
    """By which a request continues the trace."""
    current = traceparent()
    return {TRACEPARENT: current} if current else {}


def trace_id_of(traceparent: str) -> str | None:
    """None for one that is not of version 00 of the specification."""
    found = FORM.fullmatch(traceparent)
    return found["trace_id"] if found else None
