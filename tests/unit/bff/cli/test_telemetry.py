"""Which of OpenTelemetry's variables turn traces on; off, its SDK is not even imported."""

import subprocess
import sys

import pytest

from bff.cli.telemetry import TracingError, collecting_traces, exporter_of
from bff.core import spans
from tests.support.program import ROOT

ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}
IMPORTED = """
import sys
import bff.cli.main
from bff.cli.telemetry import collecting_traces
with collecting_traces({}):
    print(*(name for name in sys.modules if name.startswith("opentelemetry")))
"""


@pytest.mark.parametrize(
    ("environment", "exporter"),
    [
        ({}, None),
        ({"OTEL_SERVICE_NAME": "bff"}, None),
        (ENDPOINT, "otlp"),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:9"}, "otlp"),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, "otlp"),
        ({"OTEL_TRACES_EXPORTER": "Console"}, "console"),
        ({**ENDPOINT, "OTEL_TRACES_EXPORTER": "none"}, None),
        ({**ENDPOINT, "OTEL_SDK_DISABLED": "TRUE"}, None),
        ({**ENDPOINT, "OTEL_SDK_DISABLED": "false"}, "otlp"),
        ({**ENDPOINT, "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"}, "otlp"),
    ],
)
def test_what_turns_them_on(environment: dict[str, str], exporter: str | None) -> None:
    assert exporter_of(environment) == exporter


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        (
            {"OTEL_TRACES_EXPORTER": "zipkin"},
            "OTEL_TRACES_EXPORTER: zipkin: one of otlp, console, none is expected",
        ),
        (
            {**ENDPOINT, "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
            "OTEL_EXPORTER_OTLP_PROTOCOL: grpc: http/protobuf is expected",
        ),
    ],
)
def test_what_cannot_be_followed_is_named(environment: dict[str, str], message: str) -> None:
    with pytest.raises(TracingError) as error:
        exporter_of(environment)
    assert str(error.value) == message


def test_they_are_collected_only_meanwhile() -> None:
    with collecting_traces(ENDPOINT):
        assert spans.tracer is not None
    assert spans.tracer is None


def test_without_them_nothing_of_opentelemetry_is_imported() -> None:
    run = [sys.executable, "-c", IMPORTED]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
