"""What a pickup costs by weight, and how much of it is the shopper's: R11."""

import pytest
from msgspec.structs import replace

from bff.core.money import Money
from bff.domain.pickups.fees import final_quote
from bff.domain.pickups.model import (
    Covers,
    FeeBasis,
    FeePayer,
    FeeStatus,
    PickupQuote,
    quote_pickup,
)
from tests.support.models import PICKUP, POLICY, SOON_AFTER, changed

RULES = POLICY.pickup
COVERS = {
    FeePayer.SHOPPER: (3, Covers(freight_insured=False, merchant_covers=False)),
    FeePayer.PLATFORM: (4, Covers(freight_insured=False, merchant_covers=False)),
    FeePayer.INSURER: (3, Covers(freight_insured=True, merchant_covers=False)),
    FeePayer.MERCHANT: (3, Covers(freight_insured=False, merchant_covers=True)),
}
BASES = {
    FeePayer.SHOPPER: FeeBasis.NO_COVER,
    FeePayer.PLATFORM: FeeBasis.ENTITLEMENT,
    FeePayer.INSURER: FeeBasis.FREIGHT_INSURANCE,
    FeePayer.MERCHANT: FeeBasis.MERCHANT_COVER,
}


def quoted(payer: FeePayer, currency: str = "CNY") -> PickupQuote:
    level, covers = COVERS[payer]
    quote = quote_pickup(POLICY, level, covers, currency)
    assert quote is not None
    return quote


@pytest.mark.parametrize(
    ("grams", "fee"),
    [
        (1, 1_200),
        (1_000, 1_200),
        (1_001, 1_700),
        (2_000, 1_700),
        (2_001, 2_200),
        (100_000, 50_700),
    ],
)
def test_each_further_kilogram_begun_counts(grams: int, fee: int) -> None:
    assert quoted(FeePayer.SHOPPER).weighed(grams).fee == Money(fee, "CNY")


def test_the_first_kilograms_are_the_policys() -> None:
    rules = changed(POLICY, "pickup", first_kg=3).pickup
    fees = [final_quote(PICKUP, grams, rules).fee.minor for grams in (3_000, 3_001)]
    assert fees == [1_200, 1_700]


@pytest.mark.parametrize(
    ("payer", "cover", "shares"),
    [
        (FeePayer.SHOPPER, None, [1_200, 1_700, 2_200, 3_200]),
        (FeePayer.PLATFORM, 2_000, [0, 0, 200, 1_200]),
        (FeePayer.INSURER, 2_000, [0, 0, 200, 1_200]),
        (FeePayer.MERCHANT, None, [0, 0, 0, 0]),
    ],
)
def test_the_shopper_pays_what_is_above_the_cover(
    payer: FeePayer, cover: int | None, shares: list[int]
) -> None:
    quote = quoted(payer)
    weighed = [quote.weighed(kilograms * 1_000) for kilograms in (1, 2, 3, 5)]
    assert (quote.basis, quote.cover) == (BASES[payer], cover and Money(cover, "CNY"))
    assert [one.shopper_pays.minor for one in weighed] == shares
    assert [one.status for one in weighed] == [
        FeeStatus.UNPAID if share else FeeStatus.WAIVED for share in shares
    ]


def test_the_cover_is_the_currencys() -> None:
    quote = quoted(FeePayer.INSURER, "GBP")
    assert [quote.weighed(kilos * 1_000).shopper_pays.minor for kilos in (1, 2, 3, 4)] == [
        0,
        0,
        50,
        200,
    ]


@pytest.mark.parametrize(("grams", "fee"), [(None, 1_200), (900, 1_200), (1_500, 1_700)])
def test_a_parcel_that_was_never_weighed_costs_what_was_quoted(grams: int | None, fee: int) -> None:
    assert final_quote(PICKUP, grams, RULES).fee == Money(fee, "CNY")


@pytest.mark.parametrize("status", FeeStatus)
def test_a_fee_is_due_once_it_is_final_and_until_it_is_paid(status: FeeStatus) -> None:
    pickup = replace(PICKUP, fee_status=status)
    final = replace(pickup, fee_final_at=SOON_AFTER)
    owes = status in (FeeStatus.UNPAID, FeeStatus.PAYMENT_FAILED)
    assert (pickup.shopper_owes, pickup.fee_due, pickup.due.minor) == (owes, False, 0)
    assert (final.shopper_owes, final.fee_due) == (owes, owes)
    assert final.due == Money(1_200 if owes else 0, "CNY")
