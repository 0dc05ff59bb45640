"""Days on which no courier comes: by date, weekday or public holiday, and in an area alone."""

from datetime import date, timedelta
from typing import Any, get_args

import pytest

from bff.domain.pickups.closures import (
    NAMES,
    WEEKDAYS,
    after_open_days,
    bookable_days,
    called_from,
    holidays_on,
    is_open,
    open_days_after,
)
from bff.domain.pickups.slots import first_slot, slots_on, soonest
from bff.domain.policy.pickup_terms import HOLIDAYS, AreaHours, PickupTerms
from bff.domain.policy.pickup_terms import WEEKDAYS as KNOWN_WEEKDAYS
from tests.support.models import POLICY, changed, shanghai

FESTIVAL = [date(2027, 2, day) for day in (6, 7, 8)]
EVE = shanghai("2027-02-05T10:00")


def terms(**values: Any) -> PickupTerms:
    return changed(POLICY, "pickup", **values).pickup


def test_couriers_rest_on_the_first_three_days_of_spring_festival() -> None:
    around = [date(2027, 2, day) for day in range(1, 15)]
    assert [day for day in around if not is_open(day, POLICY.pickup)] == FESTIVAL
    assert is_open(date(2027, 10, 1), POLICY.pickup)


@pytest.mark.parametrize(
    ("closed", "day"),
    [
        ("NEW_YEAR", date(2027, 1, 1)),
        ("SPRING_FESTIVAL", date(2027, 2, 6)),
        ("TOMB_SWEEPING", date(2027, 4, 5)),
        ("LABOUR_DAY", date(2027, 5, 1)),
        ("DRAGON_BOAT", date(2027, 6, 9)),
        ("MID_AUTUMN", date(2027, 9, 15)),
        ("NATIONAL_DAY", date(2028, 10, 3)),
        ("MID_AUTUMN", date(2028, 10, 3)),
    ],
)
def test_a_holiday_is_closed_where_the_policy_says_so(closed: str, day: date) -> None:
    assert not is_open(day, terms(closed_holidays=frozenset({closed})))
    assert is_open(day, terms(closed_holidays=frozenset()))


def test_every_holiday_and_weekday_of_the_policy_is_known() -> None:
    assert tuple(NAMES) == get_args(HOLIDAYS)
    assert get_args(KNOWN_WEEKDAYS) == WEEKDAYS
    year = [date(2027, 1, 1) + timedelta(days=number) for number in range(365)]
    assert set(NAMES.values()) <= {name for day in year for name in holidays_on(day)}


def test_a_day_is_closed_by_its_weekday_or_date_and_opened_by_its_date() -> None:
    sunday, monday = date(2026, 3, 15), date(2026, 3, 16)
    closed = terms(closed_weekdays=frozenset({"SUNDAY"}), closed_days=frozenset({monday}))
    assert not is_open(sunday, closed)
    assert not is_open(monday, closed)
    assert is_open(date(2026, 3, 17), closed)
    assert is_open(sunday, terms(closed_weekdays={"SUNDAY"}, open_days=frozenset({sunday})))


def test_there_are_as_many_days_to_book_ahead_however_many_are_closed() -> None:
    assert bookable_days(EVE, POLICY.pickup) == (
        date(2027, 2, 5),
        *(date(2027, 2, day) for day in (9, 10, 11)),
    )
    first = shanghai("2027-02-06T10:00")
    assert bookable_days(first, POLICY.pickup) == tuple(date(2027, 2, day) for day in (9, 10, 11))


def test_no_slot_is_on_a_closed_day_and_the_first_is_on_the_next_open_one() -> None:
    first = shanghai("2027-02-06T10:00")
    assert soonest(first, POLICY.pickup) is None
    assert [slots_on(day, first, POLICY.pickup) for day in FESTIVAL] == [[], [], []]
    slot = first_slot(first, POLICY.pickup)
    assert slot is not None
    assert slot.key == "20270209T09"


def test_closed_days_are_not_counted_as_time_to_ship() -> None:
    assert after_open_days(EVE, 7, POLICY.pickup) == EVE + timedelta(days=10)
    march = shanghai("2026-03-10T10:00")
    assert after_open_days(march, 7, POLICY.pickup) == march + timedelta(days=7)
    assert open_days_after(date(2027, 2, 5), 2, POLICY.pickup) == (
        date(2027, 2, 9),
        date(2027, 2, 10),
    )


def test_an_area_has_hours_of_its_own_by_the_longest_code_that_it_begins_with() -> None:
    areas = (
        AreaHours(code="54", opens_hour=11, closes_hour=18),
        AreaHours(code="5401", closed_weekdays=frozenset({"TUESDAY"})),
        AreaHours(code="三沙", opens_hour=13),
    )
    own = terms(areas=areas)
    assert own.of_area("330106") is own
    assert (own.of_area("542400").opens_hour, own.of_area("三沙市").opens_hour) == (11, 13)
    lhasa = own.of_area("540102")
    assert (lhasa.opens_hour, lhasa.closed_weekdays) == (9, frozenset({"TUESDAY"}))
    tuesday = shanghai("2026-03-10T10:00")
    assert slots_on(date(2026, 3, 10), tuesday, lhasa) == []
    keys = [slot.key for slot in slots_on(date(2026, 3, 10), tuesday, own.of_area("54"))]
    assert keys == ["20260310T11", "20260310T13", "20260310T15"]


@pytest.mark.parametrize(
    ("moment", "called"),
    [
        ("2026-03-10T09:00", "2026-03-10T09:00"),
        ("2026-03-10T19:59:59", "2026-03-10T19:59:59"),
        ("2026-03-10T20:00", "2026-03-11T09:00"),
        ("2026-03-11T00:00", "2026-03-11T09:00"),
        ("2026-03-11T08:59:59", "2026-03-11T09:00"),
        ("2027-02-05T20:00", "2027-02-09T09:00"),
        ("2027-02-06T12:00", "2027-02-09T09:00"),
    ],
)
def test_couriers_are_called_between_nine_and_twenty_of_an_open_day(
    moment: str, called: str
) -> None:
    assert called_from(shanghai(moment), POLICY.pickup) == shanghai(called)
