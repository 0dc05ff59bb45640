"""A `traceparent`, by https://www.w3.org/TR/trace-context/ — and nothing where none collects."""

import pytest

from bff.core import spans
from bff.core.spans import trace_id_of

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


def test_the_trace_is_read_from_its_place() -> None:
    assert trace_id_of(f"00-{TRACE}-{SPAN}-01") == TRACE


@pytest.mark.parametrize(
    "sent",
    ["", "00", f"00-{TRACE.upper()}-{SPAN}-01", f"ff-{TRACE}-{SPAN}-01", f"00-{TRACE}-{SPAN}"],
)
def test_what_is_none_has_no_trace(sent: str) -> None:
    assert trace_id_of(sent) is None


def test_nothing_collects_by_default() -> None:
    assert spans.tracer is None
