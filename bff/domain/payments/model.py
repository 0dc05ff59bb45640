"""Money that moves through the payment service, and the ledger that says where it went."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bff.core.money import Money
from bff.core.states import Transitions

PAYMENT_REQUESTED = "payment.requested"
PAYMENT_RECALLED = "payment.recalled"


class PaymentKind(StrEnum):
    """To the shopper: ADVANCE, MERCHANT_REFUND and, of what was paid twice, REIMBURSEMENT; from
    the shopper: PICKUP_FEE, REPAYMENT."""

    ADVANCE = "ADVANCE"
    MERCHANT_REFUND = "MERCHANT_REFUND"
    PICKUP_FEE = "PICKUP_FEE"
    REPAYMENT = "REPAYMENT"
    REIMBURSEMENT = "REIMBURSEMENT"


TO_SHOPPER = frozenset(
    {PaymentKind.ADVANCE, PaymentKind.MERCHANT_REFUND, PaymentKind.REIMBURSEMENT}
)
# Either of them is the refund, which is paid once.
REFUNDING = frozenset({PaymentKind.ADVANCE, PaymentKind.MERCHANT_REFUND})


def kinds_of_purpose(kind: PaymentKind) -> frozenset[PaymentKind]:
    """All the kinds that serve the same purpose."""
    return REFUNDING if kind in REFUNDING else frozenset({kind})


class PaymentStatus(StrEnum):
    REQUESTED = "REQUESTED"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


TRANSITIONS = Transitions(
    {
        PaymentStatus.REQUESTED: {
            PaymentStatus.SUCCEEDED: "the payment service has paid",
            PaymentStatus.FAILED: "the payment service declines",
        },
        PaymentStatus.SUCCEEDED: {},
        PaymentStatus.FAILED: {
            PaymentStatus.SUCCEEDED: "the payment service has paid after all",
        },
    },
    starts={PaymentStatus.REQUESTED: "money is to move"},
)


@dataclass(frozen=True, slots=True)
class Payment:
    """`id` is the idempotency key towards the payment service; `subject_id` a refund, a pickup
    or, for what was paid twice, the second payment.

    `payer` and `payee` are accounts of the ledger. `duplicate_of`: the payment that had served
    the purpose already; this one is recalled, or owed back where it was paid all the same.
    """

    id: str
    shopper_id: str
    kind: PaymentKind
    return_id: str
    subject_id: str
    payer: str
    payee: str
    amount_minor: int
    currency: str
    status: PaymentStatus
    requested_at: datetime
    ended_at: datetime | None = None
    reference: str | None = None
    failure: str | None = None
    duplicate_of: str | None = None

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def to_shopper(self) -> bool:
        return self.kind in TO_SHOPPER


class Posting(StrEnum):
    """The kinds of ledger postings; each at most once a refund, pickup or second payment."""

    ADVANCE = "ADVANCE"
    SETTLEMENT = "SETTLEMENT"
    MERCHANT_REFUND = "MERCHANT_REFUND"
    CLAWBACK = "CLAWBACK"
    REPAYMENT = "REPAYMENT"
    PICKUP_CHARGE = "PICKUP_CHARGE"
    CHARGE_TAKEN_BACK = "CHARGE_TAKEN_BACK"
    PICKUP_FEE = "PICKUP_FEE"
    DUPLICATE = "DUPLICATE"
    SURPLUS = "SURPLUS"
    REIMBURSEMENT = "REIMBURSEMENT"


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One side of a posting; positive is what the account receives."""

    shopper_id: str
    subject_id: str
    posting: Posting
    account: str
    amount_minor: int
    currency: str
    at: datetime


ADVANCES = "platform:advances"
PICKUPS = "platform:pickups"
LOSSES = "platform:losses"
INSURER = "insurer:freight"


def shopper_account(shopper_id: str) -> str:
    return f"shopper:{shopper_id}"


def debt_account(shopper_id: str) -> str:
    """What the shopper owes stands there as a negative balance, what the shopper is owed as a
    positive one."""
    return f"debt:{shopper_id}"


def merchant_account(merchant_id: str) -> str:
    return f"merchant:{merchant_id}"


def courier_account(code: str) -> str:
    return f"courier:{code}"


Moves = Mapping[str, int]
