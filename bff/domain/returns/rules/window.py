"""The days in which a line can be returned, and days as rules write them: all of Shanghai.

Results are kept, as the lines of an order have the same ones.
"""

from datetime import datetime, timedelta

from bff.core.clock import end_of_day, local_date
from bff.core.memo import memoised
from bff.domain.policy.model import Policy

MAX_KEPT_MOMENTS = 8192
A_MICROSECOND = timedelta(microseconds=1)


def return_by(received_at: datetime, policy: Policy) -> datetime:
    """The end of the last day, in UTC: `window_days` (7) from the day after receipt.

    Source: 网络购买商品七日无理由退货暂行办法.
    """
    return _end_of_window(received_at, policy.returning.window_days)


@memoised(MAX_KEPT_MOMENTS)
def _end_of_window(received_at: datetime, days: int) -> datetime:
    return end_of_day(local_date(received_at) + timedelta(days=days))


@memoised(MAX_KEPT_MOMENTS)
def last_day(deadline: datetime) -> str:
    return local_date(deadline - A_MICROSECOND).isoformat()


def day_of(moment: datetime | None) -> str | None:
    return local_date(moment).isoformat() if moment else None
