from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import insert, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bff.db.database import Tx
from bff.db.tables import ledger_entries, payments
from bff.payments.model import TRANSITIONS, Entry, Payment, PaymentKind, PaymentStatus


def _payment(row: RowMapping) -> Payment:
    words = {"kind": PaymentKind(row["kind"]), "status": PaymentStatus(row["status"])}
    return Payment(**{**row, **words})


async def payments_by_id(connection: AsyncConnection, keys: Sequence[str]) -> dict[str, Payment]:
    rows = await connection.execute(select(payments).where(payments.c.id.in_(keys)))
    return {row["id"]: _payment(row) for row in rows.mappings()}


async def live_payment(tx: Tx, kind: PaymentKind, subject_id: str) -> Payment | None:
    """The one that is under way or has succeeded; there is never another."""
    statement = select(payments).where(
        payments.c.kind == kind,
        payments.c.subject_id == subject_id,
        payments.c.status != PaymentStatus.FAILED,
    )
    row = (await tx.execute(statement)).mappings().first()
    return _payment(row) if row else None


async def add_payment(tx: Tx, payment: Payment) -> None:
    """Raises IntegrityError where one for the same purpose is under way or has succeeded."""
    await tx.execute(insert(payments), asdict(payment))


async def move_payment(tx: Tx, payment_id: str, to: PaymentStatus, **values: object) -> bool:
    """Whether the payment was in a state that may become `to`."""
    statement = (
        update(payments)
        .where(payments.c.id == payment_id, payments.c.status.in_(TRANSITIONS.sources(to)))
        .values(status=to, **values)
    )
    return (await tx.execute(statement)).rowcount == 1


async def add_entries(tx: Tx, entries: Sequence[Entry]) -> None:
    """Raises IntegrityError for a posting that its subject has already."""
    await tx.execute(insert(ledger_entries), [asdict(entry) for entry in entries])
