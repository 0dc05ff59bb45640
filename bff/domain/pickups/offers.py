"""A pickup as it is offered to one courier company after another."""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from bff.domain.pickups.closures import called_from
from bff.domain.pickups.model import Pickup, VisitFailure
from bff.domain.policy.pickup_terms import PickupTerms


class WithdrawalReason(StrEnum):
    """Why a courier company gives a pickup back."""

    COURIER_UNABLE = "COURIER_UNABLE"
    AREA_NOT_SERVED = "AREA_NOT_SERVED"
    GOODS_NOT_CARRIED = "GOODS_NOT_CARRIED"
    SHOPPER_CANCELLED = "SHOPPER_CANCELLED"
    OTHER = "OTHER"


class OfferEnd(StrEnum):
    """Why a courier company has a pickup no more."""

    NO_ANSWER = "NO_ANSWER"
    DID_NOT_COME = "DID_NOT_COME"
    VISIT_FAILED = "VISIT_FAILED"
    WITHDRAWN = "WITHDRAWN"
    ANOTHER_COMPANY = "ANOTHER_COMPANY"


class PastOffer(Struct, frozen=True, gc=False):
    """A pickup that a courier company had until `ended_at`: requested of it at `requested_at`, for
    a visit by `ends_at`."""

    shopper_id: str
    pickup_id: str
    courier_company: str
    requested_at: datetime
    ends_at: datetime
    accepted_at: datetime | None
    ended_at: datetime
    end: OfferEnd
    visit_failure: VisitFailure | None = None


def answer_by(offer: Pickup | PastOffer, terms: PickupTerms) -> datetime:
    """When the courier company is to have accepted (R7: 5 minutes, between 9:00 and 20:00).

    What is requested at night for a later day counts from the morning on.
    """
    since, visit_begins = offer.requested_at, offer.ends_at - timedelta(hours=terms.within_hours)
    at_work = called_from(since, terms)
    counted_from = at_work if at_work <= visit_begins else since
    return counted_from + timedelta(minutes=terms.answer_within_minutes)
