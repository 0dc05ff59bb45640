"""Windows and slots at any moment: days are Shanghai's, and nothing closes early."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bff.core.clock import SHANGHAI, daytime_start, end_of_day, local_date, rfc3339
from bff.db.tables.base import moment_from, moment_text
from bff.domain.pickups.closures import called_from, is_open
from bff.domain.pickups.slots import first_slot, is_soon, slots_on, soonest, window_by_key
from bff.domain.returns.rules.window import last_day, return_by
from tests.support.models import POLICY

steadily = settings(max_examples=300, derandomize=True, database=None, deadline=None)
ZONES = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
# Summer time in Shanghai ended with 1991.
MOMENTS = st.datetimes(datetime(1992, 1, 1), datetime(2100, 1, 1), timezones=ZONES)  # noqa: DTZ001
DAY = timedelta(days=1)
A_MICROSECOND = timedelta(microseconds=1)
RULES = POLICY.pickup


@steadily
@given(MOMENTS)
def test_the_window_is_open_for_seven_whole_days_and_closes_before_nine(received: datetime) -> None:
    closes = return_by(received, POLICY)
    assert 7 * DAY < closes - received <= 8 * DAY


@steadily
@given(MOMENTS)
def test_the_window_closes_at_midnight_on_the_eighth_day_in_shanghai(received: datetime) -> None:
    closes = return_by(received, POLICY).astimezone(SHANGHAI)
    assert (closes.hour, closes.minute, closes.second, closes.microsecond) == (0, 0, 0, 0)
    assert closes.date() - received.astimezone(SHANGHAI).date() == 8 * DAY


@steadily
@given(MOMENTS, st.timedeltas(timedelta(), 30 * DAY))
def test_a_later_receipt_never_closes_the_window_earlier(
    received: datetime, later: timedelta
) -> None:
    assert return_by(received + later, POLICY) >= return_by(received, POLICY)


@steadily
@given(MOMENTS)
def test_the_zone_of_the_receipt_does_not_matter(received: datetime) -> None:
    assert return_by(received, POLICY) == return_by(received.astimezone(UTC), POLICY)


@steadily
@given(MOMENTS)
def test_the_last_day_shown_is_the_last_open_day(received: datetime) -> None:
    closes = return_by(received, POLICY)
    assert last_day(closes) == local_date(closes - A_MICROSECOND).isoformat()
    assert last_day(closes) < local_date(closes).isoformat()


@steadily
@given(MOMENTS)
def test_a_moment_lies_in_its_own_day(moment: datetime) -> None:
    ends = end_of_day(local_date(moment))
    assert ends - DAY <= moment < ends


@steadily
@given(MOMENTS)
def test_a_moment_is_shown_to_the_millisecond_in_its_own_zone(moment: datetime) -> None:
    assert rfc3339(moment) == moment.isoformat(timespec="milliseconds")


@steadily
@given(MOMENTS, st.integers(-2, 6))
def test_every_slot_offered_is_still_to_come_and_not_too_far(now: datetime, ahead: int) -> None:
    day = local_date(now) + ahead * DAY
    for slot in slots_on(day, now, RULES):
        assert slot.starts_at > now or (is_soon(slot.key, now) and slot.starts_at == now)
        assert slot.ends_at - slot.starts_at == timedelta(hours=2)
        assert local_date(slot.starts_at) == day
        assert is_open(day, RULES)
        closed = [one for one in range(1, ahead) if not is_open(local_date(now) + one * DAY, RULES)]
        assert 0 <= ahead <= RULES.book_ahead_days + len(closed)


@steadily
@given(MOMENTS, st.integers(0, 3))
def test_every_key_that_is_offered_finds_its_slot_again(now: datetime, ahead: int) -> None:
    for slot in slots_on(local_date(now) + ahead * DAY, now, RULES):
        again = soonest(now, RULES) if is_soon(slot.key, now) else window_by_key(slot.key, RULES)
        assert again == slot


@steadily
@given(MOMENTS)
def test_couriers_come_soon_between_nine_and_twenty_only(now: datetime) -> None:
    called = is_open(local_date(now), RULES) and 9 <= now.astimezone(SHANGHAI).hour < 20
    assert (soonest(now, RULES) is not None) is called
    assert (called_from(now, RULES) == now) is called


@steadily
@given(MOMENTS)
def test_couriers_are_called_again_within_four_days(now: datetime) -> None:
    again = called_from(now, RULES)
    assert now <= again < now + 5 * DAY
    assert soonest(again, RULES) is not None
    assert first_slot(now, RULES) is not None


@steadily
@given(st.text("0123456789Tt-aps \u0660", max_size=14))
def test_any_text_may_be_looked_up_as_a_slot(key: str) -> None:
    found = window_by_key(key, RULES)
    assert found is None or found.key == key


@steadily
@given(MOMENTS, MOMENTS)
def test_a_demonstration_never_starts_before_what_is_recorded(
    now: datetime, recorded: datetime
) -> None:
    starts = daytime_start(now, recorded)
    assert starts >= recorded
    assert starts.astimezone(SHANGHAI).hour in range(9, 20)


@steadily
@given(MOMENTS)
def test_a_demonstration_starts_today_where_nothing_is_recorded(now: datetime) -> None:
    starts = daytime_start(now, None)
    assume(starts != now)
    assert local_date(starts) == local_date(now)
    assert starts.astimezone(SHANGHAI).hour == 10


@steadily
@given(MOMENTS, st.sampled_from([0, 1, 1000, 999_999]))
def test_moments_are_stored_in_one_form_that_sorts_as_time_does(
    moment: datetime, microsecond: int
) -> None:
    moment = moment.replace(microsecond=microsecond)
    stored = moment_text(moment)
    assert stored == f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}+00:00"
    assert moment_from(stored) == moment
