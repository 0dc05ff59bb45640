"""Logs of all parts have one format. Each is written by a process of its own: logging is global."""

import json
import subprocess
import sys
from datetime import datetime, timedelta
from typing import Any

from tests.support.program import ROOT

PROGRAM = """
import logging, warnings
import structlog
from bff.cli.logs import set_up
from bff.http.request_ids import current_scope

set_up({level!r})
structlog.get_logger("bff").info("ours", fault_id="f")
current_scope.set({{"headers": [(b"x-request-id", b"req-1")]}})
structlog.get_logger("bff").warning("ours in a request")
logging.getLogger("uvicorn.error").info("a library's %s", "line", extra={{"color_message": "x"}})
logging.getLogger("alembic.runtime").info("never")
warnings.warn("a warning")
try:
    1 / 0
except ZeroDivisionError as error:
    structlog.get_logger("bff").error("fault", exc_info=error)
    logging.getLogger("uvicorn.error").exception("its fault")
"""


def logged(level: str) -> list[dict[str, Any]]:
    program = [sys.executable, "-c", PROGRAM.format(level=level)]
    output = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=True)
    assert output.stdout == ""
    return [json.loads(line) for line in output.stderr.splitlines()]


def test_every_line_has_its_time_its_level_and_its_request() -> None:
    lines = logged("info")
    assert [
        line["event"].splitlines()[0].partition(": ")[2] or line["event"] for line in lines
    ] == [
        "ours",
        "ours in a request",
        "a library's line",
        "UserWarning: a warning",
        "fault",
        "its fault",
    ]
    assert [line["level"] for line in lines] == [
        *("info", "warning", "info", "warning", "error", "error")
    ]
    assert [line.get("request_id") for line in lines] == [None, *["req-1"] * 5]
    for line in lines:
        assert datetime.fromisoformat(line["timestamp"]).utcoffset() == timedelta(0)


def test_a_fault_is_one_line_with_its_traceback() -> None:
    *_, ours, library = logged("error")
    for line in (ours, library):
        assert line["exception"].startswith("Traceback")
        assert line["exception"].endswith("ZeroDivisionError: division by zero")


def test_what_is_below_the_level_is_left_out() -> None:
    assert [line["event"] for line in logged("error")] == ["fault", "its fault"]
