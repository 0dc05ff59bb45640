"""What shoppers owe, for the platform's staff."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, select

from bff.core.money import Money
from bff.db.connection import Connection
from bff.db.database import Database
from bff.db.elements import same_shopper
from bff.db.row_mapping import ModelColumns
from bff.db.statements import prepare_joined
from bff.db.tables import refunds, returns
from bff.domain.policy.store import PolicyBook
from bff.domain.refunds.model import Refund
from bff.domain.returns.model import Return


@dataclass(frozen=True, slots=True)
class Debt:
    """`repay_by`: after it the shopper was reminded. `repaying`: a payment is under way."""

    return_id: str
    shopper_id: str
    owed: Money
    since: datetime
    repay_by: datetime
    repaying: bool


_owing = prepare_joined(
    [ModelColumns(Return, returns.c), ModelColumns(Refund, refunds.c)],
    select(returns, refunds)
    .join(refunds, and_(refunds.c.return_id == returns.c.id, same_shopper(refunds, returns)))
    .where(refunds.c.owed_since.is_not(None))
    .order_by(refunds.c.owed_since, returns.c.id),
)


async def open_debts(db: Database) -> list[Debt]:
    """The oldest first."""
    book = db.caches.get(PolicyBook)
    async with db.read() as connection:
        rows = await connection.execute(_owing)
        return [await _debt(connection, book, *row) for row in rows]


async def _debt(
    connection: Connection, book: PolicyBook, this_return: Return, refund: Refund
) -> Debt:
    policy = await book.version(connection, this_return.policy_version)
    since = refund.owed_since or this_return.opened_at
    return Debt(
        return_id=this_return.id,
        shopper_id=this_return.shopper_id,
        owed=refund.owed,
        since=since,
        repay_by=since + timedelta(days=policy.payment.repay_days),
        repaying=refund.repaying,
    )
