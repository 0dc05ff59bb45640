"""Spans that are kept in memory."""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bff.cli.opentelemetry import OpenTelemetryTracer
from bff.core import spans


class Spans:
    """Those that have ended."""

    def __init__(self, exporter: InMemorySpanExporter) -> None:
        self._exporter = exporter

    def all(self) -> tuple[ReadableSpan, ...]:
        return self._exporter.get_finished_spans()

    def named(self, name: str) -> ReadableSpan:
        """The only one."""
        [found] = [span for span in self.all() if span.name == name]
        return found

    def beneath(self, parent: ReadableSpan) -> list[ReadableSpan]:
        return [span for span in self.all() if span.parent and is_of(span.parent, parent)]


def is_of(context: object, span: ReadableSpan) -> bool:
    own = span.get_span_context()
    return own is not None and getattr(context, "span_id", None) == own.span_id


@contextmanager
def collected_spans() -> Iterator[Spans]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    spans.tracer = OpenTelemetryTracer(provider)
    try:
        yield Spans(exporter)
    finally:
        spans.tracer = None
