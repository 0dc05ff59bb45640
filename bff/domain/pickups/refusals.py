from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bff.core.money import Money
from bff.core.refusal import Refusal
from bff.domain.pickups.model import FeeStatus, PickupStatus
from bff.domain.pickups.slots import OpenSlot


@dataclass(eq=False)
class SlotFull(Refusal):
    """`alternatives` had places left a moment ago."""

    alternatives: list[OpenSlot]


@dataclass(eq=False)
class SlotPast(Refusal):
    """The slot began at `started_at`; `alternatives` are still to come."""

    started_at: datetime
    alternatives: list[OpenSlot]


class SlotAbsence(StrEnum):
    """Why there is no such slot."""

    OUT_OF_HOURS = "OUT_OF_HOURS"
    CLOSED_DAY = "CLOSED_DAY"
    SLOT_NOT_OFFERED = "SLOT_NOT_OFFERED"


@dataclass(eq=False)
class SlotNotOffered(Refusal):
    """No such slot, too far ahead, or as soon as possible outside `opens_hour` to `closes_hour`."""

    reason: SlotAbsence
    opens_hour: int
    closes_hour: int
    alternatives: list[OpenSlot]


class PickupAbsence(StrEnum):
    """Why there is no door pickup at all."""

    STAR_LEVEL = "STAR_LEVEL"
    CURRENCY = "CURRENCY"


@dataclass(eq=False)
class PickupNotOffered(Refusal):
    """Door pickup needs `level_needed` stars; `level` is the shopper's."""

    level: int
    level_needed: int
    reason: PickupAbsence = PickupAbsence.STAR_LEVEL


@dataclass(eq=False)
class AddressNeeded(Refusal):
    """The shopper has no address on file, and none came with the request."""


@dataclass(eq=False)
class AfterApproval(Refusal):
    """The merchant is to approve the return before a courier comes."""


# A return that is opened in the same tap holds without its pickup (P9).
WITHOUT_PICKUP = (
    AfterApproval,
    PickupNotOffered,
    AddressNeeded,
    SlotFull,
    SlotPast,
    SlotNotOffered,
)


@dataclass(eq=False)
class PickupBookedAlready(Refusal):
    pickup_id: str


@dataclass(eq=False)
class PickupNotCancellable(Refusal):
    status: PickupStatus


@dataclass(eq=False)
class PickupNotReschedulable(Refusal):
    status: PickupStatus


@dataclass(eq=False)
class PickupFeeNotDue(Refusal):
    """Paid or covered already, or not weighed yet."""

    status: FeeStatus


@dataclass(eq=False)
class PickupFeePaymentUnderWay(Refusal):
    """The payment service has not answered yet."""


@dataclass(eq=False)
class PickupFeeUnpaid(Refusal):
    """退款待支付取件费用: the courier has the goods, and the shopper has to pay `amount` first."""

    pickup_id: str
    amount: Money
