"""Moments by two clocks, ours and a partner's, which may differ by up to TOLERANCE."""

from datetime import datetime

from bff.core.clock import rfc3339
from bff.core.report_errors import ImpossibleReportError
from bff.core.signatures import TOLERANCE


def moment_since(at: datetime, earliest: datetime, what: str) -> datetime:
    """`at`, by a partner's clock; `earliest`, by ours, where that is a little later.

    Raises ImpossibleReportError for a moment that is before `what` beyond the tolerance.
    """
    if earliest - at > TOLERANCE:
        raise ImpossibleReportError(f"at: not before {rfc3339(earliest)}, when {what}")
    return max(at, earliest)
