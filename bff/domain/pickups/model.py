"""Door pickup (上门取件): its states, the fee and who pays it. R7, R11."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from bff.core.money import Money
from bff.core.states import Transitions
from bff.domain.pickups.couriers import Courier
from bff.domain.pickups.slots import SlotKind
from bff.domain.policy.model import DOOR_PICKUP, FREE_PICKUP, Policy
from bff.domain.policy.pickup_terms import PickupTerms


class PickupStatus(StrEnum):
    AWAITING_COURIER = "AWAITING_COURIER"
    ACCEPTED = "ACCEPTED"
    COLLECTED = "COLLECTED"
    LOST = "LOST"
    CANCELLED = "CANCELLED"


WAITING = frozenset({PickupStatus.AWAITING_COURIER, PickupStatus.ACCEPTED})
TRANSITIONS = Transitions(
    {
        PickupStatus.AWAITING_COURIER: {
            PickupStatus.AWAITING_COURIER: "another slot, or another courier company",
            PickupStatus.ACCEPTED: "the courier company accepts",
            PickupStatus.COLLECTED: "the courier collects, before the company has accepted",
            PickupStatus.CANCELLED: "cancelled, or no courier company has answered",
        },
        PickupStatus.ACCEPTED: {
            PickupStatus.AWAITING_COURIER: "another slot, or another courier company",
            PickupStatus.COLLECTED: "the courier collects",
            PickupStatus.CANCELLED: "cancelled, or the courier's visit failed",
        },
        PickupStatus.COLLECTED: {PickupStatus.LOST: "the courier has lost the parcel"},
        PickupStatus.LOST: {},
        PickupStatus.CANCELLED: {
            PickupStatus.ACCEPTED: "accepted in time, reported late",
            PickupStatus.COLLECTED: "the courier had come before the cancellation",
        },
    },
    starts={PickupStatus.AWAITING_COURIER: "booked"},
)


class CancelReason(StrEnum):
    SHOPPER = "SHOPPER"
    RETURN_CLOSED = "RETURN_CLOSED"
    SHIPPED_OTHERWISE = "SHIPPED_OTHERWISE"
    NO_COURIER = "NO_COURIER"
    VISIT_FAILED = "VISIT_FAILED"
    COURIER_DID_NOT_COME = "COURIER_DID_NOT_COME"
    COURIER_UNABLE = "COURIER_UNABLE"
    AREA_NOT_SERVED = "AREA_NOT_SERVED"
    GOODS_NOT_CARRIED = "GOODS_NOT_CARRIED"
    CANCELLED_AT_COURIER = "CANCELLED_AT_COURIER"
    COMPANY_CANCELLED = "COMPANY_CANCELLED"


class VisitFailure(StrEnum):
    NOBODY_HOME = "NOBODY_HOME"
    GOODS_NOT_READY = "GOODS_NOT_READY"
    ADDRESS_NOT_FOUND = "ADDRESS_NOT_FOUND"
    COURIER_UNABLE = "COURIER_UNABLE"


class FeePayer(StrEnum):
    PLATFORM = "PLATFORM"
    MERCHANT = "MERCHANT"
    INSURER = "INSURER"
    SHOPPER = "SHOPPER"


class FeeStatus(StrEnum):
    UNPAID = "UNPAID"
    PAID = "PAID"
    PAYMENT_FAILED = "PAYMENT_FAILED"
    WAIVED = "WAIVED"


FEE_TRANSITIONS = Transitions(
    {
        FeeStatus.WAIVED: {FeeStatus.UNPAID: "heavier than the cover pays for"},
        FeeStatus.UNPAID: {
            FeeStatus.PAID: "the shopper pays",
            FeeStatus.PAYMENT_FAILED: "the payment service declines",
            FeeStatus.WAIVED: "the merchant agrees to bear the freight",
        },
        FeeStatus.PAYMENT_FAILED: {
            FeeStatus.PAID: "the shopper pays at another try",
            FeeStatus.PAYMENT_FAILED: "it declines again",
        },
        FeeStatus.PAID: {},
    },
    starts={
        FeeStatus.UNPAID: "the shopper pays the fee, or a part of it",
        FeeStatus.WAIVED: "somebody else pays it",
    },
)


class FeeBasis(StrEnum):
    ENTITLEMENT = "ENTITLEMENT"
    MERCHANT_COVER = "MERCHANT_COVER"
    MERCHANT_AGREED = "MERCHANT_AGREED"
    FREIGHT_INSURANCE = "FREIGHT_INSURANCE"
    NO_COVER = "NO_COVER"


BASES = {
    FeePayer.PLATFORM: FeeBasis.ENTITLEMENT,
    FeePayer.MERCHANT: FeeBasis.MERCHANT_COVER,
    FeePayer.INSURER: FeeBasis.FREIGHT_INSURANCE,
    FeePayer.SHOPPER: FeeBasis.NO_COVER,
}


def fee_basis(payer: FeePayer, *, merchant_agreed: bool) -> FeeBasis:
    return FeeBasis.MERCHANT_AGREED if merchant_agreed else BASES[payer]


class PickupQuote(Struct, frozen=True, gc=False):
    """`fee` is for the first `first_kg`; `payer` pays up to `cover`, all where that is None.

    `merchant_agreed`: the merchant bears the freight of this return, whatever it covers else.
    """

    fee: Money
    payer: FeePayer
    cover: Money | None
    first_kg: int
    per_kg: Money
    merchant_agreed: bool = False

    @property
    def shopper_pays(self) -> Money:
        if self.payer is FeePayer.SHOPPER:
            return self.fee
        covered = self.fee.minor if self.cover is None else self.cover.minor
        return Money(max(self.fee.minor - covered, 0), self.fee.currency)

    @property
    def basis(self) -> FeeBasis:
        return fee_basis(self.payer, merchant_agreed=self.merchant_agreed)

    @property
    def status(self) -> FeeStatus:
        return FeeStatus.UNPAID if self.shopper_pays.minor else FeeStatus.WAIVED

    def weighed(self, grams: int) -> "PickupQuote":
        """With the fee for that weight: each further kilogram begun counts."""
        further = max(-(-grams // 1000) - self.first_kg, 0)
        fee = Money(self.fee.minor + further * self.per_kg.minor, self.fee.currency)
        return replace(self, fee=fee)


class Pickup(Struct, frozen=True, gc=False):
    """`return_id`: the return on whose terms it was booked; it may bring back others too.

    `held_waybill`: the courier's number, kept back until the shopper has paid the fee.

    `fee_final_at`: when the parcel was weighed, or its waybill came; before, the fee is a quote.
    """

    id: str
    shopper_id: str
    return_id: str
    address_id: str
    status: PickupStatus
    courier_company: str
    area: str
    slot_key: str
    slot_kind: SlotKind
    starts_at: datetime
    ends_at: datetime
    fee_minor: int
    shopper_pays_minor: int
    currency: str
    payer: FeePayer
    fee_status: FeeStatus
    booked_at: datetime
    requested_at: datetime
    accepted_at: datetime | None = None
    collected_at: datetime | None = None
    weight_grams: int | None = None
    fee_final_at: datetime | None = None
    fee_due_by: datetime | None = None
    fee_paid_at: datetime | None = None
    fee_paying: bool = False
    held_waybill: str | None = None
    cancel_reason: CancelReason | None = None
    visit_failure: VisitFailure | None = None
    courier_name: str | None = None
    courier_phone: str | None = None
    pickup_code: str | None = None
    merchant_agreed: bool = False

    @property
    def courier(self) -> Courier:
        return Courier(self.courier_name, self.courier_phone, self.pickup_code)

    @property
    def waits(self) -> bool:
        """For a courier, who has not been there yet."""
        return self.status in WAITING

    @property
    def shopper_owes(self) -> bool:
        """Whether the shopper has a fee to pay, as far as it is known."""
        return self.fee_status in (FeeStatus.UNPAID, FeeStatus.PAYMENT_FAILED)

    @property
    def fee_due(self) -> bool:
        """Whether the shopper has to pay, now that the fee is final."""
        return self.shopper_owes and self.fee_final_at is not None

    @property
    def fee_is_open(self) -> bool:
        """Whether the fee is a quote that may still change."""
        ended = (PickupStatus.CANCELLED, PickupStatus.LOST)
        return self.fee_final_at is None and self.status not in ended

    @property
    def basis(self) -> FeeBasis:
        return fee_basis(self.payer, merchant_agreed=self.merchant_agreed)

    @property
    def due(self) -> Money:
        """What the shopper is to pay now."""
        return Money(self.shopper_pays_minor if self.fee_due else 0, self.currency)

    @property
    def fee(self) -> Money:
        return Money(self.fee_minor, self.currency)

    @property
    def shopper_pays(self) -> Money:
        return Money(self.shopper_pays_minor, self.currency)


class Covers(Struct, frozen=True, gc=False):
    """What may pay the fee in the shopper's place, beside their entitlement."""

    freight_insured: bool
    merchant_covers: bool
    merchant_agreed: bool = False


def quote_pickup(policy: Policy, level: int, covers: Covers, currency: str) -> PickupQuote | None:
    """None where door pickup is not offered: to this level, or in this currency."""
    if currency not in policy.pickup.fee_minor or not policy.grants(DOOR_PICKUP, level):
        return None
    payer, agreed = _payer(policy, level, covers), covers.merchant_agreed
    return fee_quote(policy.pickup, payer, currency, merchant_agreed=agreed)


def fee_quote(
    terms: PickupTerms, payer: FeePayer, currency: str, *, merchant_agreed: bool
) -> PickupQuote:
    """What `payer` is to pay, before the parcel is weighed."""
    limits = terms.cover_limit_minor.get(payer.value, {})  # type: ignore[call-overload]
    limit = None if merchant_agreed else limits.get(currency)
    return PickupQuote(
        fee=Money(terms.fee_minor[currency], currency),
        payer=payer,
        cover=None if limit is None else Money(limit, currency),
        first_kg=terms.first_kg,
        per_kg=Money(terms.per_kg_minor.get(currency, 0), currency),
        merchant_agreed=merchant_agreed,
    )


def _payer(policy: Policy, level: int, covers: Covers) -> FeePayer:
    if covers.merchant_agreed or covers.merchant_covers:
        return FeePayer.MERCHANT
    if covers.freight_insured:
        return FeePayer.INSURER
    return FeePayer.PLATFORM if policy.grants(FREE_PICKUP, level) else FeePayer.SHOPPER
