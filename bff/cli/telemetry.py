"""Traces, where OpenTelemetry's standard variables ask for them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from bff.core import spans

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
PROTOCOLS = ("OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL")
EXPORTER = "OTEL_TRACES_EXPORTER"
SPOKEN = "http/protobuf"


class TracingError(Exception):
    """A variable of OpenTelemetry that cannot be followed."""


def exporter_of(environment: Mapping[str, str]) -> str | None:
    """`otlp` or `console`, None where no traces are wanted. Raises TracingError."""
    if environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return None
    default = "otlp" if any(environment.get(name) for name in ENDPOINTS) else "none"
    exporter = environment.get(EXPORTER, "").strip().lower() or default
    if exporter == "none":
        return None
    if exporter not in ("otlp", "console"):
        raise TracingError(f"{EXPORTER}: {exporter}: one of otlp, console, none is expected")
    for name in PROTOCOLS:
        if (environment.get(name) or SPOKEN) != SPOKEN:
            raise TracingError(f"{name}: {environment[name]}: {SPOKEN} is expected")
    return exporter


@contextmanager
def collecting_traces(environment: Mapping[str, str]) -> Iterator[None]:
    """What is still to be sent at the end is sent. Raises TracingError."""
    exporter = exporter_of(environment)
    if exporter is None:
        yield
        return
    from bff.cli.opentelemetry import (  # noqa: PLC0415 - without it, nothing is imported
        OpenTelemetryTracer,
        provider_for,
    )

    provider = provider_for(environment, exporter)
    spans.tracer = OpenTelemetryTracer(provider)
    try:
        yield
    finally:
        spans.tracer = None
        provider.shutdown()
