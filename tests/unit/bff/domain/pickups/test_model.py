from datetime import timedelta

import pytest
from msgspec.structs import replace

from bff.domain.pickups.model import (
    FEE_TRANSITIONS,
    TRANSITIONS,
    Covers,
    FeePayer,
    FeeStatus,
    PickupStatus,
    quote_pickup,
)
from bff.domain.pickups.offers import answer_by
from tests.support.models import PICKUP, POLICY, SOON_AFTER, changed, shanghai

NO_COVER = Covers(freight_insured=False, merchant_covers=False)


@pytest.mark.parametrize("status", PickupStatus)
def test_a_pickup_waits_for_a_courier_who_has_not_been_there(status: PickupStatus) -> None:
    waits = replace(PICKUP, status=status).waits
    assert waits is TRANSITIONS.allows(status, PickupStatus.CANCELLED)


@pytest.mark.parametrize("status", PickupStatus)
def test_a_fee_is_open_until_it_is_final_or_the_pickup_over(status: PickupStatus) -> None:
    pickup = replace(PICKUP, status=status)
    over = (PickupStatus.CANCELLED, PickupStatus.LOST)
    assert pickup.fee_is_open is (status not in over)
    assert not replace(pickup, fee_final_at=SOON_AFTER).fee_is_open


def test_a_fee_that_is_paid_stays_paid() -> None:
    assert not any(FEE_TRANSITIONS.allows(FeeStatus.PAID, status) for status in FeeStatus)


@pytest.mark.parametrize(
    ("level", "covers", "payer"),
    [
        (5, Covers(freight_insured=True, merchant_covers=True), FeePayer.MERCHANT),
        (5, Covers(freight_insured=True, merchant_covers=False), FeePayer.INSURER),
        (4, NO_COVER, FeePayer.PLATFORM),
        (3, NO_COVER, FeePayer.SHOPPER),
    ],
)
def test_the_merchant_pays_first_and_the_shopper_last(
    level: int, covers: Covers, payer: FeePayer
) -> None:
    quote = quote_pickup(POLICY, level, covers, "CNY")
    assert quote
    assert quote.payer is payer


def test_no_pickup_is_offered_below_its_level_or_in_another_currency() -> None:
    assert quote_pickup(POLICY, 1, NO_COVER, "CNY") is None
    assert quote_pickup(POLICY, 5, NO_COVER, "JPY") is None


def test_a_company_has_the_policys_minutes_to_answer() -> None:
    terms = changed(POLICY, "pickup", answer_within_minutes=7).pickup
    assert answer_by(PICKUP, POLICY.pickup) == PICKUP.requested_at + timedelta(minutes=5)
    assert answer_by(PICKUP, terms) == PICKUP.requested_at + timedelta(minutes=7)


@pytest.mark.parametrize(
    ("requested", "visit_ends", "by"),
    [
        ("2026-03-10T20:30", "2026-03-11T11:00", "2026-03-11T09:05"),
        ("2026-03-10T20:30", "2026-03-11T19:00", "2026-03-11T09:05"),
        ("2026-03-10T19:58", "2026-03-11T11:00", "2026-03-10T20:03"),
        ("2026-03-10T20:03", "2026-03-10T21:58", "2026-03-10T20:08"),
    ],
    ids=["for the morning", "for the evening", "before closing", "a visit under way"],
)
def test_at_night_the_company_is_to_answer_in_the_morning(
    requested: str, visit_ends: str, by: str
) -> None:
    offer = replace(PICKUP, requested_at=shanghai(requested), ends_at=shanghai(visit_ends))
    assert answer_by(offer, POLICY.pickup) == shanghai(by)
