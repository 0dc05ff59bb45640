"""Door pickup (上门取件): slots, the fee and who pays it. R7, R11."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from bff.core.clock import SHANGHAI, local_date
from bff.core.money import Money
from bff.core.states import Transitions
from bff.policy.model import DOOR_PICKUP, FREE_PICKUP, Policy
from bff.policy.model import Pickup as PickupPolicy

SOON = "asap"
WINDOW_KEY = re.compile(r"[0-9]{8}T[0-9]{2}")


class SlotKind(StrEnum):
    AS_SOON_AS_POSSIBLE = "AS_SOON_AS_POSSIBLE"
    WINDOW = "WINDOW"


class PickupStatus(StrEnum):
    AWAITING_COURIER = "AWAITING_COURIER"
    ACCEPTED = "ACCEPTED"
    COLLECTED = "COLLECTED"
    CANCELLED = "CANCELLED"


TRANSITIONS = Transitions(
    {
        PickupStatus.AWAITING_COURIER: frozenset({PickupStatus.ACCEPTED, PickupStatus.CANCELLED}),
        PickupStatus.ACCEPTED: frozenset({PickupStatus.COLLECTED, PickupStatus.CANCELLED}),
        PickupStatus.COLLECTED: frozenset(),
        PickupStatus.CANCELLED: frozenset(),
    }
)


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


@dataclass(frozen=True, slots=True)
class Slot:
    """`key` names the slot in every area; `capacity` is how many pickups an area has in it."""

    key: str
    kind: SlotKind
    starts_at: datetime
    ends_at: datetime
    capacity: int


@dataclass(frozen=True, slots=True)
class OpenSlot:
    slot: Slot
    capacity_left: int


@dataclass(frozen=True, slots=True)
class PickupQuote:
    """`payer` pays the whole `fee`; `shopper_pays` is zero unless that is the shopper."""

    fee: Money
    payer: FeePayer

    @property
    def shopper_pays(self) -> Money:
        minor = self.fee.minor if self.payer is FeePayer.SHOPPER else 0
        return Money(minor, self.fee.currency)

    @property
    def status(self) -> FeeStatus:
        return FeeStatus.UNPAID if self.shopper_pays.minor else FeeStatus.WAIVED


@dataclass(frozen=True, slots=True)
class Pickup:
    id: str
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
    accepted_at: datetime | None
    collected_at: datetime | None

    @property
    def fee(self) -> Money:
        return Money(self.fee_minor, self.currency)

    @property
    def shopper_pays(self) -> Money:
        return Money(self.shopper_pays_minor, self.currency)


@dataclass(frozen=True, slots=True)
class Covers:
    """What may pay the fee in the shopper's place, beside their entitlement."""

    freight_insured: bool
    merchant_covers: bool


def quote_pickup(policy: Policy, level: int, covers: Covers, currency: str) -> PickupQuote | None:
    """None where door pickup is not offered: to this level, or in this currency."""
    fee_minor = policy.pickup.fee_minor.get(currency)
    if fee_minor is None or not policy.grants(DOOR_PICKUP, level):
        return None
    return PickupQuote(Money(fee_minor, currency), _payer(policy, level, covers))


def _payer(policy: Policy, level: int, covers: Covers) -> FeePayer:
    if covers.merchant_covers:
        return FeePayer.MERCHANT
    if covers.freight_insured:
        return FeePayer.INSURER
    return FeePayer.PLATFORM if policy.grants(FREE_PICKUP, level) else FeePayer.SHOPPER


def slots_on(day: date, now: datetime, policy: PickupPolicy) -> list[Slot]:
    """What can still be asked for on a day in Shanghai, as soon as possible first (R7)."""
    today = local_date(now)
    if not today <= day <= today + timedelta(days=policy.book_ahead_days):
        return []
    soon = soonest(now, policy) if day == today else None
    windows = [window(day, hour, policy) for hour in policy.window_starts]
    return [slot for slot in (soon, *windows) if slot and (slot is soon or slot.starts_at > now)]


def soonest(now: datetime, policy: PickupPolicy) -> Slot | None:
    """Within two hours of asking, between 9:00 and 20:00; places are counted by the hour."""
    local = now.astimezone(SHANGHAI)
    if not policy.opens_hour <= local.hour < policy.closes_hour:
        return None
    ends_at = now + timedelta(hours=policy.within_hours)
    key = f"{SOON}-{local:%Y%m%dT%H}"
    return Slot(key, SlotKind.AS_SOON_AS_POSSIBLE, now, ends_at, policy.capacity)


def window(day: date, hour: int, policy: PickupPolicy) -> Slot:
    starts = datetime.combine(day, time(hour), tzinfo=SHANGHAI).astimezone(UTC)
    ends = starts + timedelta(hours=policy.window_hours)
    return Slot(f"{day:%Y%m%d}T{hour:02}", SlotKind.WINDOW, starts, ends, policy.capacity)


def is_soon(key: str, now: datetime) -> bool:
    """Whether a key asks for as soon as possible: at whatever hour of today it was offered."""
    return re.fullmatch(rf"{SOON}-{local_date(now):%Y%m%d}T[0-9]{{2}}", key) is not None


def window_by_key(key: str, policy: PickupPolicy) -> Slot | None:
    """The window that a key names, past or not; None for what never was one."""
    if not WINDOW_KEY.fullmatch(key):
        return None
    try:
        starts = datetime.strptime(f"{key}+0800", "%Y%m%dT%H%z")
    except ValueError:
        return None
    known = starts.hour in policy.window_starts
    return window(starts.date(), starts.hour, policy) if known else None


def answer_by(pickup: Pickup, policy: PickupPolicy) -> datetime:
    """When the courier company is to have accepted (R7: 5 minutes)."""
    return pickup.booked_at + timedelta(minutes=policy.answer_within_minutes)
