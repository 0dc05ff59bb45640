"""What partners read of a report that waits or is refused."""

from bff.core.report_errors import ImpossibleReportError, TooEarlyError, UnknownSubjectError


def test_an_early_report_says_what_it_waits_for() -> None:
    error = TooEarlyError("pickup.accepted")
    assert (error.awaited, str(error)) == ("pickup.accepted", "waits for: pickup.accepted")


def test_an_impossible_report_says_why() -> None:
    error = ImpossibleReportError("the fee is final already")
    assert (error.reason, str(error)) == ("the fee is final already", "the fee is final already")


def test_a_report_of_an_unknown_subject_is_impossible_and_names_it() -> None:
    error = UnknownSubjectError("return", "ret_1")
    assert isinstance(error, ImpossibleReportError)
    assert error.reason == "there is no return ret_1"
