from dataclasses import dataclass
from datetime import datetime

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


@dataclass(eq=False)
class SlotNotOffered(Refusal):
    """No such slot, too far ahead, or as soon as possible outside `opens_hour` to `closes_hour`."""

    opens_hour: int
    closes_hour: int
    alternatives: list[OpenSlot]


@dataclass(eq=False)
class PickupNotOffered(Refusal):
    """Door pickup needs `level_needed` stars; `level` is the shopper's."""

    level: int
    level_needed: int


@dataclass(eq=False)
class AddressNeeded(Refusal):
    """The shopper has no address on file, and none came with the request."""


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
