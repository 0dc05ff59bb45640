"""Days are Shanghai's, moments are UTC's."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from bff.core.clock import (
    SHANGHAI,
    ShiftedClock,
    SystemClock,
    daytime_start,
    end_of_day,
    local_date,
    rfc3339,
)
from tests.support.models import shanghai

A_MICROSECOND = timedelta(microseconds=1)


@dataclass
class Ticking:
    at: datetime

    def now(self) -> datetime:
        return self.at


def test_the_systems_clock_has_its_zone() -> None:
    assert SystemClock().now().tzinfo is UTC


def test_the_day_changes_at_midnight_in_shanghai() -> None:
    midnight = datetime(2026, 1, 1, 16, tzinfo=UTC)
    assert local_date(midnight) == date(2026, 1, 2)
    assert local_date(midnight - A_MICROSECOND) == date(2026, 1, 1)


def test_a_day_ends_where_the_next_begins() -> None:
    assert end_of_day(date(2026, 1, 8)) == datetime(2026, 1, 8, 16, tzinfo=UTC)
    assert end_of_day(date(2026, 12, 31)) == shanghai("2027-01-01T00:00")
    assert end_of_day(date(2028, 2, 28)) == shanghai("2028-02-29T00:00")


def test_a_shifted_clock_goes_at_the_systems_pace() -> None:
    system = Ticking(shanghai("2026-05-01T22:00"))
    shifted = ShiftedClock(shanghai("2030-01-01T10:00"), system)
    assert shifted.now() == shanghai("2030-01-01T10:00")
    system.at += timedelta(minutes=3)
    assert shifted.now() == shanghai("2030-01-01T10:03")
    assert shifted.now().tzinfo is UTC


@pytest.mark.parametrize(
    ("now", "not_before", "starts"),
    [
        ("2026-03-10T09:00", None, "2026-03-10T09:00"),
        ("2026-03-10T15:59", None, "2026-03-10T15:59"),
        ("2026-03-10T16:00", None, "2026-03-10T10:00"),
        ("2026-03-10T03:00", None, "2026-03-10T10:00"),
        ("2026-03-10T03:00", "2026-03-09T10:00", "2026-03-10T10:00"),
        ("2026-03-10T18:00", "2026-03-10T12:00", "2026-03-10T12:00"),
        ("2026-03-10T18:00", "2026-03-10T17:00", "2026-03-11T10:00"),
        ("2026-03-10T18:00", "2026-03-10T05:00", "2026-03-10T10:00"),
        ("2026-03-10T09:30", "2026-03-10T14:00", "2026-03-10T14:00"),
        ("2026-03-10T09:30", "2026-03-14T20:00", "2026-03-15T10:00"),
    ],
)
def test_a_demonstration_starts_when_couriers_come_and_never_goes_back(
    now: str, not_before: str | None, starts: str
) -> None:
    recorded = shanghai(not_before) if not_before else None
    assert daytime_start(shanghai(now), recorded) == shanghai(starts)


@pytest.mark.parametrize(
    ("microsecond", "shown"),
    [(0, "000"), (1, "000"), (999, "000"), (1_000, "001"), (120_000, "120"), (999_999, "999")],
)
def test_a_moment_has_three_decimals_and_is_never_later_than_it_was(
    microsecond: int, shown: str
) -> None:
    moment = datetime(2026, 3, 10, 2, 0, 59, microsecond, tzinfo=UTC)
    assert rfc3339(moment) == f"2026-03-10T02:00:59.{shown}+00:00"
    assert rfc3339(moment.astimezone(SHANGHAI)) == f"2026-03-10T10:00:59.{shown}+08:00"
