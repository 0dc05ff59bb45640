"""On which days couriers come at all: Shanghai's dates, by the policy."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import islice

from holidays import HolidayBase, country_holidays

from bff.core.clock import SHANGHAI, local_date
from bff.domain.policy.pickup_terms import PickupTerms

MAX_DAYS_AHEAD = 366
MAX_KEPT_DAYS = 1024
WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
NAMES: Mapping[str, str] = {
    "NEW_YEAR": "New Year's Day",
    "SPRING_FESTIVAL": "Chinese New Year (Spring Festival)",
    "TOMB_SWEEPING": "Tomb-Sweeping Day",
    "LABOUR_DAY": "Labor Day",
    "DRAGON_BOAT": "Dragon Boat Festival",
    "MID_AUTUMN": "Mid-Autumn Festival",
    "NATIONAL_DAY": "National Day",
}


def is_open(day: date, terms: PickupTerms) -> bool:
    """A day that is opened by its date is open, whatever else it is."""
    if day in terms.open_days:
        return True
    if day in terms.closed_days or WEEKDAYS[day.weekday()] in terms.closed_weekdays:
        return False
    return not any(NAMES[code] in holidays_on(day) for code in terms.closed_holidays)


def holidays_on(day: date) -> list[str]:
    """Statutory ones, without the days off around them (全国年节及纪念日放假办法)."""
    return _holidays_of(day.year).get_list(day)


@cache
def _holidays_of(year: int) -> HolidayBase:
    return country_holidays("CN", years=year, observed=False, expand=False, language="en_US")


def called_from(moment: datetime, terms: PickupTerms) -> datetime:
    """The moment itself where couriers are called then (R7), or else when they are again."""
    local = moment.astimezone(SHANGHAI)
    day, open_today = local.date(), is_open(local.date(), terms)
    if open_today and terms.opens_hour <= local.hour < terms.closes_hour:
        return moment
    if not open_today or local.hour >= terms.closes_hour:
        [day] = open_days_after(day, 1, terms)
    return datetime.combine(day, time(terms.opens_hour), tzinfo=SHANGHAI).astimezone(UTC)


def bookable_days(now: datetime, terms: PickupTerms) -> tuple[date, ...]:
    """Today, and as many open days after it as can be booked ahead."""
    today = local_date(now)
    following = open_days_after(today, terms.book_ahead_days, terms)
    return (today, *following) if is_open(today, terms) else following


def after_open_days(start: datetime, days: int, terms: PickupTerms) -> datetime:
    """As many open days later: one on which no courier comes does not count."""
    first = local_date(start)
    return start + (open_days_after(first, days, terms)[-1] - first)


def open_days_after(day: date, count: int, terms: PickupTerms) -> tuple[date, ...]:
    """Kept with the terms, up to MAX_KEPT_DAYS."""
    kept = terms.kept_days
    days = kept.get((day, count))
    if days is None:
        if len(kept) >= MAX_KEPT_DAYS:
            kept.clear()
        ahead = (day + timedelta(days=number) for number in range(1, MAX_DAYS_AHEAD))
        days = kept[day, count] = tuple(
            islice((one for one in ahead if is_open(one, terms)), count)
        )
    return days
