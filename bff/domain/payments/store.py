from collections.abc import Sequence

from sqlalchemy import bindparam, literal, select

from bff.db.connection import Connection
from bff.db.sqlite import among
from bff.db.statements import prepare, prepare_insert, prepare_models
from bff.db.tables import ledger_entries, payments
from bff.db.transaction import Tx
from bff.db.updates import move_state
from bff.domain.payments.model import TRANSITIONS, LedgerEntry, Payment, PaymentKind, PaymentStatus

_by_id = prepare_models(Payment, select(payments).where(among(payments.c.id, "keys")))
# In the words of the index of live payments, or SQLite doesn't know that it serves.
_not_failed = payments.c.status != literal(PaymentStatus.FAILED, literal_execute=True)
_live = prepare(
    select(payments.c.id).where(
        payments.c.kind == bindparam("kind"),
        payments.c.subject_id == bindparam("subject_id"),
        _not_failed,
    )
)
_add = prepare_insert(payments, Payment)
_enter = prepare_insert(ledger_entries, LedgerEntry)


async def payments_by_id(connection: Connection, keys: Sequence[str]) -> dict[str, Payment]:
    return {payment.id: payment for payment in await connection.execute(_by_id, {"keys": keys})}


async def has_live_payment(tx: Tx, kind: PaymentKind, subject_id: str) -> bool:
    """Whether one is under way or has succeeded; there is never another."""
    rows = await tx.execute(_live, {"kind": kind, "subject_id": subject_id})
    return rows.first() is not None


async def add_payment(tx: Tx, payment: Payment) -> None:
    """Raises IntegrityError where one for the same purpose is under way or has succeeded."""
    await tx.execute(_add, payment)


async def move_payment(tx: Tx, payment_id: str, to: PaymentStatus, **values: object) -> bool:
    """Whether the payment was in a state that may become `to`."""
    return await move_state(tx, payments.c.status, TRANSITIONS, payment_id, to, values)


async def add_entries(tx: Tx, entries: Sequence[LedgerEntry]) -> None:
    """Raises IntegrityError for a posting that its subject has already."""
    await tx.execute(_enter, [*entries])
