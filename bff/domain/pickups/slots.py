"""When a courier can come (预约时段): as soon as possible, or in a window. R7."""

import re
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from msgspec import Struct

from bff.core.clock import SHANGHAI, local_date
from bff.core.memo import memoised
from bff.domain.pickups.closures import bookable_days, is_open
from bff.domain.policy.pickup_terms import PickupTerms

SOON = "asap"
MAX_KEPT_WINDOWS = 1024
WINDOW_KEY = re.compile(r"[0-9]{8}T[0-9]{2}")
SOON_KEY = re.compile(rf"{SOON}-{WINDOW_KEY.pattern}")


class SlotKind(StrEnum):
    AS_SOON_AS_POSSIBLE = "AS_SOON_AS_POSSIBLE"
    WINDOW = "WINDOW"


class Slot(Struct, frozen=True, gc=False):
    """`key` names the slot in every area; `capacity` is how many pickups an area has in it."""

    key: str
    kind: SlotKind
    starts_at: datetime
    ends_at: datetime
    capacity: int


class OpenSlot(Struct, frozen=True, gc=False):
    slot: Slot
    capacity_left: int


def slots_on(day: date, now: datetime, terms: PickupTerms) -> list[Slot]:
    """What can still be booked on a day in Shanghai, as soon as possible first (R7)."""
    if day not in bookable_days(now, terms):
        return []
    soon = soonest(now, terms) if day == local_date(now) else None
    latest = terms.closes_hour - terms.window_hours
    hours = [hour for hour in terms.window_starts if terms.opens_hour <= hour <= latest]
    windows = [window(day, hour, terms) for hour in hours]
    return [slot for slot in (soon, *windows) if slot and (slot is soon or slot.starts_at > now)]


def first_slot(now: datetime, terms: PickupTerms) -> Slot | None:
    """The next one in which couriers come at all, full or not."""
    days = bookable_days(now, terms)
    return next((slot for day in days for slot in slots_on(day, now, terms)), None)


def soonest(now: datetime, terms: PickupTerms) -> Slot | None:
    """Within two hours of the request, between 9:00 and 20:00 of an open day; places are counted by
    the hour. Who asks before the end has a courier who comes after it (R7).
    """
    local = now.astimezone(SHANGHAI)
    if not terms.opens_hour <= local.hour < terms.closes_hour or not is_open(local.date(), terms):
        return None
    ends_at = now + timedelta(hours=terms.within_hours)
    key = _soon_key(local.date(), local.hour)
    return Slot(key, SlotKind.AS_SOON_AS_POSSIBLE, now, ends_at, terms.capacity)


@memoised(MAX_KEPT_WINDOWS)
def _soon_key(day: date, hour: int) -> str:
    return f"{SOON}-{day:%Y%m%d}T{hour:02}"


def window(day: date, hour: int, terms: PickupTerms) -> Slot:
    return _window(day, hour, terms.window_hours, terms.capacity)


@memoised(MAX_KEPT_WINDOWS)
def _window(day: date, hour: int, hours: int, capacity: int) -> Slot:
    starts = datetime.combine(day, time(hour), tzinfo=SHANGHAI).astimezone(UTC)
    ends = starts + timedelta(hours=hours)
    return Slot(f"{day:%Y%m%d}T{hour:02}", SlotKind.WINDOW, starts, ends, capacity)


def is_key(key: str) -> bool:
    """Whether it has the form of a slot's key, offered or not."""
    return bool(WINDOW_KEY.fullmatch(key) or SOON_KEY.fullmatch(key))


def is_soon(key: str, now: datetime) -> bool:
    """Whether a key means as soon as possible: at whatever hour of today it was offered."""
    return re.fullmatch(rf"{SOON}-{local_date(now):%Y%m%d}T[0-9]{{2}}", key) is not None


def window_by_key(key: str, terms: PickupTerms) -> Slot | None:
    """The window that a key names, past or not; None for what never was one."""
    if not WINDOW_KEY.fullmatch(key):
        return None
    try:
        starts = datetime.strptime(f"{key}+0800", "%Y%m%dT%H%z")
    except ValueError:
        return None
    offered = starts.hour in terms.window_starts
    return window(starts.date(), starts.hour, terms) if offered else None
