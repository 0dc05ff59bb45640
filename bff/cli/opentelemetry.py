"""Spans as OpenTelemetry has them: https://opentelemetry.io/docs/specs/otel

Imported only where traces are wanted: its SDK takes a fifth of a second to import.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter
from opentelemetry.trace import Span, SpanKind, StatusCode
from opentelemetry.trace.propagation import tracecontext

from bff.core import spans
from bff.core.spans import TRACEPARENT, Attributes

SERVICE = "express-return-bff"
EXPORTERS = {"otlp": OTLPSpanExporter, "console": ConsoleSpanExporter}
TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE)\s+\"?(\w+)")


def provider_for(environment: Mapping[str, str], exporter: str) -> TracerProvider:
    """It reads the other standard variables for itself: of resource, sampler, limits, batches."""
    own_name = SERVICE_NAME in environment.get("OTEL_RESOURCE_ATTRIBUTES", "")
    is_named = own_name or environment.get("OTEL_SERVICE_NAME")
    resource = Resource.create({} if is_named else {SERVICE_NAME: SERVICE})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(EXPORTERS[exporter]()))
    return provider


class OpenTelemetryTracer:
    def __init__(self, provider: trace.TracerProvider) -> None:
        self._tracer = provider.get_tracer(SERVICE)
        self._propagator = tracecontext.TraceContextTextMapPropagator()

    @contextmanager
    def span(
        self,
        name: str,
        kind: spans.SpanKind = "internal",
        attributes: Attributes | None = None,
        *,
        parent: str | None = None,
    ) -> Iterator[Span]:
        context = self._propagator.extract({TRACEPARENT: parent}) if parent else None
        with self._tracer.start_as_current_span(
            name,
            context,
            SpanKind[kind.upper()],
            attributes,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield span
            except Exception as error:
                span.set_status(StatusCode.ERROR, type(error).__name__)
                raise

    def statement(self, sql: str) -> AbstractContextManager[object]:
        if not trace.get_current_span().is_recording():
            return nullcontext()
        return self.span(_summary(sql), "client", {"db.query.text": sql})

    def link(self, traceparent: str) -> None:
        context = self._propagator.extract({TRACEPARENT: traceparent})
        trace.get_current_span().add_link(trace.get_current_span(context).get_span_context())

    def fail(self) -> None:
        trace.get_current_span().set_status(StatusCode.ERROR)

    def traceparent(self) -> str | None:
        carrier: dict[str, Any] = {}
        self._propagator.inject(carrier)
        return carrier.get(TRACEPARENT)


def _summary(sql: str) -> str:
    """What a statement does, and to which table: a span's name is one of a few."""
    verb, table = sql.split(maxsplit=1)[0], TABLE.search(sql)
    return f"{verb} {table[1]}" if table else verb
