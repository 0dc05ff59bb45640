"""What a return gives back, when, and who pays it meanwhile. R8."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from bff.core.money import Money, part_of
from bff.core.states import Transitions
from bff.domain.policy.model import ADVANCE_WITHOUT_LIMIT, Policy


class AdvanceStatus(StrEnum):
    NONE = "NONE"
    APPLYING = "APPLYING"
    ADVANCED = "ADVANCED"
    MERCHANT_REFUSED_GOODS = "MERCHANT_REFUSED_GOODS"
    CLOSED = "CLOSED"
    SETTLED = "SETTLED"
    CLAWED_BACK = "CLAWED_BACK"


# Advanced, and not yet settled with the merchant or owed by the shopper
OUTSTANDING = frozenset(
    {AdvanceStatus.APPLYING, AdvanceStatus.ADVANCED, AdvanceStatus.MERCHANT_REFUSED_GOODS}
)
TRANSITIONS = Transitions(
    {
        AdvanceStatus.NONE: {
            AdvanceStatus.APPLYING: "the waybill is in; an express refund; a parcel is lost",
            AdvanceStatus.CLOSED: "the pickup fee stayed unpaid, or the limit is used up",
        },
        AdvanceStatus.APPLYING: {
            AdvanceStatus.ADVANCED: "the payment service has paid",
            AdvanceStatus.CLOSED: "the payment service declines: the merchant pays later",
        },
        AdvanceStatus.ADVANCED: {
            AdvanceStatus.SETTLED: "the merchant accepts the goods, or stays silent",
            AdvanceStatus.MERCHANT_REFUSED_GOODS: "the merchant refuses the goods",
        },
        AdvanceStatus.MERCHANT_REFUSED_GOODS: {
            AdvanceStatus.SETTLED: "staff decide for the shopper, or the merchant gives in",
            AdvanceStatus.CLAWED_BACK: "the refusal stands",
        },
        AdvanceStatus.CLOSED: {
            AdvanceStatus.ADVANCED: "the payment service has paid after all",
        },
        AdvanceStatus.SETTLED: {},
        AdvanceStatus.CLAWED_BACK: {},
    },
    starts={AdvanceStatus.NONE: "the return is opened"},
)


class Held(Struct, frozen=True, gc=False):
    """What open and finished returns of a line took already: pieces and minor units."""

    quantity: int
    minor: int


class RefundQuote(Struct, frozen=True, gc=False):
    """`advance`: paid once the waybill is in (R8); otherwise once the merchant has the goods."""

    quantity: int
    refund: Money
    advance: bool


class Refund(Struct, frozen=True, gc=False):
    """`retry_at`: when a payment to the shopper, which failed, is tried again.

    `surplus_minor`: what the shopper got twice, `overpaid_minor`: what the shopper paid twice,
    until it is paid back. `owed_since`: when the newest of what the shopper owes came to be owed;
    `repaying`: a payment of it is under way.
    """

    id: str
    shopper_id: str
    return_id: str
    amount_minor: int
    currency: str
    advance: AdvanceStatus
    refunded_at: datetime | None
    settled_at: datetime | None
    repaid_at: datetime | None = None
    retry_at: datetime | None = None
    surplus_minor: int = 0
    overpaid_minor: int = 0
    repaying: bool = False
    owed_since: datetime | None = None
    deducted_minor: int = 0

    @property
    def deducted(self) -> Money:
        """What the merchant keeps back for good, of goods that it accepted in part."""
        return Money(self.deducted_minor, self.currency)

    @property
    def payable(self) -> Money:
        return self.amount - self.deducted

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def clawed_back(self) -> Money:
        """An advance, or a part of it, that was taken back, until it is repaid."""
        taken_back = {
            AdvanceStatus.CLAWED_BACK: self.amount_minor,
            AdvanceStatus.SETTLED: self.deducted_minor,
        }
        minor = 0 if self.repaid_at else taken_back.get(self.advance, 0)
        return Money(minor, self.currency)

    @property
    def owed(self) -> Money:
        """By the shopper, to the platform."""
        return Money(self.clawed_back.minor + self.surplus_minor, self.currency)

    @property
    def overpaid(self) -> Money:
        """By the shopper: the platform pays it back."""
        return Money(self.overpaid_minor, self.currency)


def refund_for(paid: Money, bought: int, held: Held, quantity: int) -> Money:
    """What `quantity` pieces give back; over all returns of a line it adds up to what was paid."""
    left = max(paid.minor - held.minor, 0)
    return Money(part_of(left, quantity, bought - held.quantity), paid.currency)


def is_within_advance_limit(policy: Policy, level: int, amount: Money, advanced_minor: int) -> bool:
    """Together with what is advanced of the order already. The limits, by currency, are the
    policy's; a currency without one is not advanced."""
    limit = policy.advance.limit_minor.get(amount.currency)
    if limit is None:
        return False
    return policy.grants(ADVANCE_WITHOUT_LIMIT, level) or advanced_minor + amount.minor <= limit
