"""Spans: nested, joined to a trace from outside, failed without the words of the failure."""

from contextlib import AbstractContextManager

import pytest
from opentelemetry.trace import Span, SpanKind, StatusCode

from bff.cli.opentelemetry import SERVICE, provider_for
from bff.core import spans
from tests.support.spans import Spans, collected_spans, is_of

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
PARENT = f"00-{TRACE}-{SPAN}-01"


def current() -> spans.Tracer:
    assert spans.tracer is not None
    return spans.tracer


def outer_span() -> AbstractContextManager[Span]:
    return current().span("outer", "server", {"a": 1})


def test_a_span_is_the_child_of_the_current_one() -> None:
    with collected_spans() as spans, outer_span(), current().span("inner"):
        pass
    outer, inner = spans.named("outer"), spans.named("inner")
    assert (outer.kind, dict(outer.attributes or {}), outer.parent) == (
        SpanKind.SERVER,
        {"a": 1},
        None,
    )
    assert is_of(inner.parent, outer)


def test_a_span_may_continue_a_trace_from_outside() -> None:
    with collected_spans() as spans, current().span("outer", parent=PARENT):
        sent = current().traceparent() or ""
    outer = spans.named("outer")
    assert outer.parent
    assert f"{outer.parent.trace_id:032x}-{outer.parent.span_id:016x}" == f"{TRACE}-{SPAN}"
    assert sent.startswith(f"00-{TRACE}-")
    assert sent != PARENT


@pytest.mark.parametrize("parent", ["", "nonsense", f"00-{'0' * 32}-{SPAN}-01"])
def test_a_parent_that_is_none_begins_a_trace(parent: str) -> None:
    with collected_spans() as spans, current().span("outer", parent=parent):
        pass
    assert spans.named("outer").parent is None


def test_an_exception_fails_its_span_and_stays_unread() -> None:
    with collected_spans() as spans, pytest.raises(ValueError, match="138"), outer_span():
        raise ValueError("13812345678")
    outer = spans.named("outer")
    assert (outer.status.status_code, outer.status.description) == (StatusCode.ERROR, "ValueError")
    assert outer.events == ()


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        ("SELECT a, b\nFROM orders WHERE c = ?", "SELECT orders"),
        ('INSERT INTO "returns" (a) VALUES (?)', "INSERT returns"),
        ("UPDATE pickups SET a = ?", "UPDATE pickups"),
        ("SAVEPOINT one_write", "SAVEPOINT"),
        ("WITH one AS (SELECT 1 FROM slots) SELECT 2 FROM one", "WITH slots"),
    ],
)
def test_a_statement_is_named_by_what_it_does_and_has_its_text(sql: str, name: str) -> None:
    with collected_spans() as spans, current().span("outer"), current().statement(sql):
        pass
    found = spans.beneath(spans.named("outer"))
    assert [(one.name, one.attributes) for one in found] == [(name, {"db.query.text": sql})]


def test_a_statement_that_no_request_causes_has_no_span() -> None:
    with collected_spans() as spans, current().statement("SELECT 1"):
        assert current().traceparent() is None
    assert spans.all() == ()


def linked(spans: Spans) -> list[str]:
    return [f"{one.context.trace_id:032x}" for one in spans.named("outer").links]


def test_a_link_leads_to_another_trace() -> None:
    with collected_spans() as spans, current().span("outer"):
        current().link(PARENT)
        current().fail()
    assert linked(spans) == [TRACE]
    assert spans.named("outer").status.status_code is StatusCode.ERROR


@pytest.mark.parametrize(
    ("environment", "name"),
    [({}, SERVICE), ({"OTEL_SERVICE_NAME": "bff"}, "bff")],
)
def test_the_service_has_its_own_name_or_the_one_that_is_set(
    environment: dict[str, str], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    provider = provider_for(environment, "console")
    assert provider.resource.attributes["service.name"] == name
    provider.shutdown()
