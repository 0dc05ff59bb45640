"""What a return gives back, when, and who pays it meanwhile. R8."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bff.core.money import Money, part_of
from bff.core.states import Transitions
from bff.policy.model import ADVANCE_REFUND, ADVANCE_WITHOUT_LIMIT, Policy

PLATFORM = "platform:advances"


class AdvanceStatus(StrEnum):
    NONE = "NONE"
    APPLYING = "APPLYING"
    ADVANCED = "ADVANCED"
    MERCHANT_REFUSED_GOODS = "MERCHANT_REFUSED_GOODS"
    CLOSED = "CLOSED"
    SETTLED = "SETTLED"
    CLAWED_BACK = "CLAWED_BACK"


TRANSITIONS = Transitions(
    {
        AdvanceStatus.NONE: frozenset({AdvanceStatus.ADVANCED}),
        AdvanceStatus.ADVANCED: frozenset({AdvanceStatus.SETTLED}),
    }
)


class Posting(StrEnum):
    """The kinds of ledger postings; each at most once a refund."""

    ADVANCE = "ADVANCE"
    SETTLEMENT = "SETTLEMENT"
    MERCHANT_REFUND = "MERCHANT_REFUND"


@dataclass(frozen=True, slots=True)
class Held:
    """What open and finished returns of a line took already: pieces and minor units."""

    quantity: int
    minor: int


NOTHING_HELD = Held(0, 0)


@dataclass(frozen=True, slots=True)
class RefundQuote:
    """`advance`: paid once the waybill is in (R8); otherwise once the merchant has the goods."""

    quantity: int
    refund: Money
    advance: bool


@dataclass(frozen=True, slots=True)
class Refund:
    id: str
    return_id: str
    amount_minor: int
    currency: str
    advance: AdvanceStatus
    refunded_at: datetime | None
    settled_at: datetime | None

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


@dataclass(frozen=True, slots=True)
class Entry:
    """One side of a posting; positive is what the account receives."""

    refund_id: str
    posting: Posting
    account: str
    amount_minor: int
    currency: str
    at: datetime


def refund_for(paid: Money, bought: int, held: Held, quantity: int) -> Money:
    """What `quantity` pieces give back; over all returns of a line it adds up to what was paid."""
    left = max(paid.minor - held.minor, 0)
    return Money(part_of(left, quantity, bought - held.quantity), paid.currency)


def is_advanced(policy: Policy, level: int, express: bool, amount: Money) -> bool:
    """Whether the platform pays ahead of the merchant: express returns, up to a limit."""
    if not (express and policy.grants(ADVANCE_REFUND, level)):
        return False
    limit = policy.advance.limit_minor.get(amount.currency)
    unlimited = limit is None or policy.grants(ADVANCE_WITHOUT_LIMIT, level)
    return unlimited or amount.minor <= (limit or 0)


def shopper_account(shopper_id: str) -> str:
    return f"shopper:{shopper_id}"


def merchant_account(merchant_id: str) -> str:
    return f"merchant:{merchant_id}"
