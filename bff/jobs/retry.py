"""When what failed is tried again: one rule, and a policy for each kind of work."""

import zlib
from dataclasses import dataclass
from datetime import timedelta

MAX_GROWTHS = 10  # past every maximum below, and far from what a timedelta can hold


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """The first pause, then `factor` times the pause before, and never more than `maximum`.

    `jitter`: up to this share of the pause is added, by the key of what failed, so that not
    everything comes back at the same moment.
    """

    first: timedelta
    factor: int
    maximum: timedelta
    jitter: float = 0.0

    def pause(self, earlier_failures: int, key: str = "") -> timedelta:
        grown: timedelta = self.first * self.factor ** min(earlier_failures, MAX_GROWTHS)
        share = zlib.crc32(key.encode()) / 2**32
        return min(grown, self.maximum) * (1 + self.jitter * share)


TIMERS = RetryPolicy(timedelta(seconds=1), factor=2, maximum=timedelta(minutes=10))
# The twelfth try is some four hours after the first.
OUTBOX = RetryPolicy(timedelta(seconds=1), factor=3, maximum=timedelta(hours=1), jitter=0.1)
INBOX = RetryPolicy(timedelta(seconds=30), factor=2, maximum=timedelta(hours=1))
