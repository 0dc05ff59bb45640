"""Logs of all parts have one format. Each is written by a process of its own: logging is global."""

import json
import subprocess
import sys
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from bff.core.masks import Masker
from bff.settings import Settings
from tests.support.program import ROOT

SET_UP = """
import logging, sys, threading, warnings
import structlog
from bff.cli.logs import set_up
from bff.http.request_ids import current_scope
from bff.settings import Settings

set_up(Settings({options}))
log = structlog.get_logger("bff")
"""
PROGRAM = """
log.info("ours", fault_id="f")
scope = {"headers": [(b"x-request-id", b"req-1"), (b"traceparent", TRACEPARENT)]}
current_scope.set({**scope, "shopper_id": "sho_1"})
log.warning("ours in a request")
logging.getLogger("uvicorn.error").info("a library's %s", "line", extra={"color_message": "x"})
logging.getLogger("alembic.runtime").info("never")
warnings.warn("a warning")
try:
    1 / 0
except ZeroDivisionError as error:
    log.error("fault", exc_info=error)
    logging.getLogger("uvicorn.error").exception("its fault")
""".replace("TRACEPARENT", f'b"00-{"a" * 32}-{"b" * 16}-01"')
PERSONAL = """
try:
    raise ValueError({"recipient": "张三", "phone": "x"}, "call 13812345678", "sho_13085")
except ValueError as error:
    log.error("fault", exc_info=error, facts={"street": "s"}, fault_id="13812345678")
    logging.getLogger("sqlalchemy").error("[parameters: ('张三',)]")
"""
THREAD = """
thread = threading.Thread(target=lambda: 1 / 0)
thread.start()
thread.join()
raise LookupError("Bearer abc")
"""


@cache
def output(program: str, options: str = "") -> str:
    text = SET_UP.format(options=options) + program
    done = subprocess.run(
        [sys.executable, "-c", text], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout == ""
    return done.stderr


def logged(level: str, program: str = PROGRAM) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output(program, f"log_level={level!r}").splitlines()]


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
    assert [line.get("trace_id") for line in lines] == [None, *["a" * 32] * 5]
    shopper = Masker(Settings().token_secret).pseudonym("sho_1")
    assert [line.get("shopper") for line in lines] == [None, *[shopper] * 5]
    assert all("shopper_id" not in line for line in lines)
    for line in lines:
        assert datetime.fromisoformat(line["timestamp"]).utcoffset() == timedelta(0)


def test_a_fault_is_one_line_with_its_traceback() -> None:
    *_, ours, library = logged("error")
    for line in (ours, library):
        assert line["exception"].startswith("Traceback")
        assert line["exception"].endswith("ZeroDivisionError: division by zero")


def test_what_is_below_the_level_is_left_out() -> None:
    assert [line["event"] for line in logged("error")] == ["fault", "its fault"]


def test_nothing_personal_is_logged_of_a_fault_or_by_a_library() -> None:
    ours, library = logged("error", PERSONAL)
    assert ours["facts"] == {"street": "[masked]"}
    assert ours["fault_id"] == "13812345678"  # ours, which only looks like a phone number
    [said] = [line for line in ours["exception"].splitlines() if line.startswith("ValueError")]
    shopper = Masker(Settings().token_secret).pseudonym("sho_13085")
    recipient = "{'recipient': [masked], 'phone': [masked]}"
    assert said == f"ValueError: ({recipient}, 'call [phone]', '{shopper}')"
    assert library["event"] == "[parameters: [masked]]"


def test_the_end_of_a_thread_or_of_the_program_is_a_line_as_well() -> None:
    thread, program = logged("info", THREAD)
    assert [thread["event"], program["event"]] == ["crash", "crash"]
    assert thread["exception"].endswith("ZeroDivisionError: division by zero")
    assert program["exception"].endswith("LookupError: Bearer [token]")


def test_text_is_for_people_and_as_discreet() -> None:
    text = output(PERSONAL, 'log_format="text"')
    assert "fault" in text
    assert "Traceback" in text
    assert "张三" not in text.replace('raise ValueError({"recipient": "张三"', "")
    assert not text.startswith("{")
