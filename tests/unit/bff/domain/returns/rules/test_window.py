import pytest

from bff.domain.returns.rules.window import day_of, last_day, return_by
from tests.support.models import POLICY, changed, shanghai


@pytest.mark.parametrize("received", ["2026-01-01T00:00", "2026-01-01T12:00", "2026-01-01T23:59"])
def test_the_seven_days_begin_with_the_day_after_receipt(received: str) -> None:
    assert return_by(shanghai(received), POLICY) == shanghai("2026-01-09T00:00")


def test_the_window_is_the_policys() -> None:
    longer = changed(POLICY, "returning", window_days=15)
    assert return_by(shanghai("2026-02-20T12:00"), longer) == shanghai("2026-03-08T00:00")


def test_the_last_day_is_the_one_before_the_deadline() -> None:
    assert last_day(shanghai("2026-01-09T00:00")) == "2026-01-08"
    assert last_day(shanghai("2026-01-09T00:01")) == "2026-01-09"


def test_a_day_is_shanghais() -> None:
    assert day_of(shanghai("2026-01-09T00:00")) == "2026-01-09"
    assert day_of(shanghai("2026-01-08T23:59")) == "2026-01-08"
    assert day_of(None) is None
