"""A fault is logged under the id that its message names."""

import re

from structlog.testing import capture_logs

from bff.core.faults import (
    UnavailableError,
    fault_message,
    is_unavailable,
    log_fault,
)


def test_a_fault_is_logged_with_its_cause_and_its_place() -> None:
    cause = ValueError("broken")
    with capture_logs() as lines:
        fault_id = log_fault(cause, path="/graphql")
    assert re.fullmatch("[0-9a-f]{12}", fault_id)
    [line] = lines
    assert (line["log_level"], line["event"], line["fault_id"]) == ("error", "fault", fault_id)
    assert (line["exc_info"], line["path"]) == (cause, "/graphql")


def test_each_fault_has_an_id_of_its_own() -> None:
    with capture_logs():
        assert log_fault(None) != log_fault(None)


def test_the_message_names_the_id_and_nothing_of_the_cause() -> None:
    assert fault_message("0123456789ab") == "Something went wrong here. Fault 0123456789ab."


def test_what_is_unavailable_is_a_warning_without_a_traceback() -> None:
    with capture_logs() as lines:
        log_fault(UnavailableError("the database is away"), path="/graphql")
    [line] = lines
    assert (line["log_level"], line["event"]) == ("warning", "unavailable")
    assert (line["reason"], line["path"]) == ("the database is away", "/graphql")
    assert "exc_info" not in line


def test_one_of_several_failures_may_be_that_something_is_unavailable() -> None:
    away = UnavailableError("away")
    assert is_unavailable(ExceptionGroup("", [ValueError(), ExceptionGroup("", [away])]))
    assert not is_unavailable(ExceptionGroup("", [ValueError()]))
    assert not is_unavailable(None)
