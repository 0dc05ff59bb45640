"""Payments for a purpose that another one has served already, for the platform's staff."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from operator import attrgetter

from sqlalchemy import func, select

from bff.core.money import Money
from bff.db.connection import Connection
from bff.db.statements import prepare, prepare_models
from bff.db.tables import payments
from bff.domain.payments.model import Payment, PaymentKind, PaymentStatus
from bff.domain.payments.store import PAID_BACK


class DuplicateState(StrEnum):
    """RECALLED: it may still move. OWED_…: it has moved. REPAID: and back. STOPPED: nothing has."""

    RECALLED = "RECALLED"
    OWED_BY_SHOPPER = "OWED_BY_SHOPPER"
    OWED_TO_SHOPPER = "OWED_TO_SHOPPER"
    REPAID = "REPAID"
    STOPPED = "STOPPED"


@dataclass(frozen=True, slots=True)
class Duplicate:
    payment_id: str
    duplicate_of: str
    return_id: str
    kind: PaymentKind
    payer: str
    payee: str
    amount: Money
    requested_at: datetime
    reference: str | None
    state: DuplicateState

    @property
    def open(self) -> bool:
        return self.state not in (DuplicateState.REPAID, DuplicateState.STOPPED)


_second = payments.c.duplicate_of.is_not(None)
_all = prepare_models(Payment, select(payments).where(_second))
_repaid = prepare(select(payments.c.id).where(_second, PAID_BACK))
_open = prepare(
    select(func.count())
    .select_from(payments)
    .where(_second, payments.c.status != PaymentStatus.FAILED, ~PAID_BACK)
)


async def open_duplicates(connection: Connection) -> int:
    """How many there are."""
    found: int = (await connection.execute(_open)).scalar()
    return found


async def all_duplicates(connection: Connection) -> list[Duplicate]:
    """The oldest first."""
    repaid = frozenset((await connection.execute(_repaid)).scalars())
    known = sorted(await connection.execute(_all), key=attrgetter("requested_at", "id"))
    return [_duplicate(payment, payment.id in repaid) for payment in known]


def _duplicate(payment: Payment, repaid: bool) -> Duplicate:
    return Duplicate(
        payment_id=payment.id,
        duplicate_of=payment.duplicate_of or "",
        return_id=payment.return_id,
        kind=payment.kind,
        payer=payment.payer,
        payee=payment.payee,
        amount=payment.amount,
        requested_at=payment.requested_at,
        reference=payment.reference,
        state=DuplicateState.REPAID if repaid else _state(payment),
    )


def _state(payment: Payment) -> DuplicateState:
    match payment.status:
        case PaymentStatus.REQUESTED:
            return DuplicateState.RECALLED
        case PaymentStatus.FAILED:
            return DuplicateState.STOPPED
        case PaymentStatus.SUCCEEDED if payment.to_shopper:
            return DuplicateState.OWED_BY_SHOPPER
        case _:
            return DuplicateState.OWED_TO_SHOPPER
