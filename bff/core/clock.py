"""Where time comes from; everything else takes a moment as an argument."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import orjson

from bff.core.memo import memoised

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAYTIME = range(9, 16)
MORNING = time(10, tzinfo=SHANGHAI)
MAX_DAYS = 4096
SECONDS = len("2026-01-02T03:04:05")


class Clock(Protocol):
    def now(self) -> datetime:
        """The moment in UTC, with zone."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class ShiftedClock:
    """Runs at the system's pace from a moment of one's choosing; `offset`: how far it is ahead."""

    def __init__(self, starts_at: datetime, system: Clock | None = None) -> None:
        self._system = system or SystemClock()
        self.offset = starts_at.astimezone(UTC) - self._system.now()

    @classmethod
    def ahead(cls, offset: timedelta) -> "ShiftedClock":
        clock = cls(SystemClock().now())
        clock.offset = offset
        return clock

    def now(self) -> datetime:
        return self._system.now() + self.offset


def daytime_start(now: datetime, not_before: datetime | None) -> datetime:
    """A moment today at which couriers come to the door, or the next one after `not_before`.

    Used for demonstrations, which must work at any hour; `not_before` keeps the
    clock of a second run from going back behind what is already recorded.
    """
    today = now if _in_daytime(now) else _opening(local_date(now))
    if not_before is None or today >= not_before:
        return today
    if _in_daytime(not_before):
        return not_before
    opening = _opening(local_date(not_before))
    return opening if opening > not_before else opening + timedelta(days=1)


def _in_daytime(moment: datetime) -> bool:
    return moment.astimezone(SHANGHAI).hour in DAYTIME


def _opening(day: date) -> datetime:
    return datetime.combine(day, MORNING).astimezone(UTC)


def local_date(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()


def rfc3339(moment: datetime) -> str:
    """The one form that clients see: milliseconds, cut off and never rounded up, and its zone's
    offset. `isoformat` takes twice as long."""
    text = orjson.dumps(moment)[1:-1].decode()
    second, rest = text[:SECONDS], text[SECONDS:]
    return f"{second}{rest[:4]}{rest[7:]}" if moment.microsecond else f"{second}.000{rest}"


@memoised(MAX_DAYS)
def end_of_day(day: date) -> datetime:
    """The first moment of the following day in Shanghai: a deadline "until the end of `day`"."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=SHANGHAI).astimezone(UTC)
