from datetime import UTC, datetime, timedelta

import pytest

from bff.core.moments import moment_since
from bff.core.report_errors import ImpossibleReportError
from bff.core.signatures import TOLERANCE

BOOKED = datetime(2026, 3, 10, 2, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("at", "counts"),
    [
        (BOOKED + SECOND, BOOKED + SECOND),
        (BOOKED, BOOKED),
        (BOOKED - SECOND, BOOKED),
        (BOOKED - TOLERANCE, BOOKED),
    ],
)
def test_of_two_clocks_the_later_moment_counts(at: datetime, counts: datetime) -> None:
    assert moment_since(at, BOOKED, "the pickup was booked") == counts


def test_beyond_the_tolerance_it_is_refused_with_what_comes_first() -> None:
    with pytest.raises(ImpossibleReportError) as refused:
        moment_since(BOOKED - TOLERANCE - SECOND, BOOKED, "the pickup was booked")
    assert refused.value.reason == (
        "at: not before 2026-03-10T02:00:00.000+00:00, when the pickup was booked"
    )
