"""Returns with all that decides what is to happen next, in the states of a life."""

from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from bff.domain.pickups.model import Pickup, PickupStatus
from bff.domain.returns.model import Case, DeadlineKind, MissedDeadline, ReturnStatus
from tests.support.models import PICKUP, REFUND, RETURN, shanghai

APPROVED: dict[str, Any] = {
    "status": ReturnStatus.AWAITING_RETURN_SHIPMENT,
    "approved_at": shanghai("2026-01-03T10:00"),
}
AWAY: dict[str, Any] = APPROVED | {
    "status": ReturnStatus.AWAITING_MERCHANT_RECEIPT,
    "shipped_at": shanghai("2026-01-04T10:00"),
}
REFUSED: dict[str, Any] = {
    "status": ReturnStatus.MERCHANT_REFUSED,
    "refused_at": shanghai("2026-01-05T10:00"),
}


def case(
    pickup: Pickup | None = None,
    *missed: MissedDeadline,
    refund: dict[str, Any] | None = None,
    **changes: Any,
) -> Case:
    """A request that the merchant has not answered; but for the changes."""
    return Case(replace(RETURN, **changes), replace(REFUND, **refund or {}), pickup, missed)


def missed(what: DeadlineKind, due: str) -> MissedDeadline:
    at = shanghai(due)
    return MissedDeadline(what, at, at)


def pickup(status: PickupStatus, **changes: Any) -> Pickup:
    return replace(PICKUP, status=status, **changes)


def collected(**changes: Any) -> Pickup:
    """At 13:00, and not weighed."""
    at = shanghai("2026-01-02T13:00")
    return pickup(PickupStatus.COLLECTED, collected_at=at, **changes)


def owing(**changes: Any) -> Pickup:
    """Weighed an hour after it was collected: the shopper has a day to pay."""
    final = shanghai("2026-01-02T14:00")
    known = {"fee_final_at": final, "fee_due_by": final + timedelta(hours=24)}
    return collected(**known | changes)
