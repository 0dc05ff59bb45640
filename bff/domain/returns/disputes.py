"""Disputes that wait for the platform's staff."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, select

from bff.core.money import Money
from bff.db.connection import Connection
from bff.db.database import Database
from bff.db.elements import same_shopper
from bff.db.statements import prepare
from bff.db.tables import merchants, refunds, returns
from bff.domain.policy.store import PolicyBook
from bff.domain.returns.model import RefusedBecause, ReturnStatus


@dataclass(frozen=True, slots=True)
class Dispute:
    """`decide_by`: after it, the shopper has won. `merchant` is the merchant's number. `amount` is
    what is disputed: the refund, or the deductions from it.
    """

    return_id: str
    shopper_id: str
    merchant: str
    since: datetime
    decide_by: datetime
    reason: RefusedBecause
    note: str | None
    amount: Money


async def open_disputes(db: Database) -> list[Dispute]:
    """The one that has waited longest first."""
    book = db.caches.get(PolicyBook)
    async with db.read() as connection:
        rows = await connection.execute(_open)
        return [await _dispute(connection, book, row) for row in rows]


_open = prepare(
    select(
        returns.c.id,
        returns.c.shopper_id,
        merchants.c.number,
        returns.c.disputed_at,
        returns.c.refused_because,
        returns.c.refusal_note,
        returns.c.deductions,
        returns.c.policy_version,
        refunds.c.amount_minor,
        refunds.c.currency,
    )
    .join(merchants, merchants.c.id == returns.c.merchant_id)
    .join(refunds, and_(refunds.c.return_id == returns.c.id, same_shopper(refunds, returns)))
    .where(returns.c.status == ReturnStatus.MERCHANT_REFUSED, returns.c.disputed_at.is_not(None))
    .order_by(returns.c.disputed_at, returns.c.id)
)


async def _dispute(connection: Connection, book: PolicyBook, row: Any) -> Dispute:
    policy = await book.version(connection, row.policy_version)
    deducted = sum(one["amount_minor"] for one in row.deductions)
    decided_in = timedelta(days=policy.returning.dispute_decide_days)
    return Dispute(
        return_id=row.id,
        shopper_id=row.shopper_id,
        merchant=row.number,
        since=row.disputed_at,
        decide_by=row.disputed_at + decided_in,
        reason=RefusedBecause(row.refused_because),
        note=row.refusal_note or None,
        amount=Money(deducted or row.amount_minor, row.currency),
    )
