"""Days, as rules tell them; and the seven in which a line can be returned, from the day after
receipt. All are Shanghai's. Lines of one order ask for the same.
"""

from datetime import datetime, timedelta

from bff.core.clock import end_of_day, local_date
from bff.core.memo import memoised
from bff.domain.policy.model import Policy

KNOWN_MOMENTS = 8192
A_MICROSECOND = timedelta(microseconds=1)


def return_by(received_at: datetime, policy: Policy) -> datetime:
    """The end of the last day."""
    return _end_of_window(received_at, policy.returning.window_days)


@memoised(KNOWN_MOMENTS)
def _end_of_window(received_at: datetime, days: int) -> datetime:
    return end_of_day(local_date(received_at) + timedelta(days=days))


@memoised(KNOWN_MOMENTS)
def last_day(deadline: datetime) -> str:
    return local_date(deadline - A_MICROSECOND).isoformat()


def day_of(moment: datetime | None) -> str | None:
    return local_date(moment).isoformat() if moment else None
