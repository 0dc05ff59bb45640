"""Returns for which couriers came in vain, and which wait for the platform's staff (P2)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, literal, select

from bff.core.money import Money
from bff.db.connection import Connection
from bff.db.database import Database
from bff.db.elements import of_owner, same_shopper
from bff.db.statements import prepare
from bff.db.tables import past_offers, pickups, refunds, returns
from bff.domain.pickups.model import VisitFailure
from bff.domain.pickups.offers import OfferEnd
from bff.domain.policy.store import PolicyBook
from bff.domain.returns.model import ReturnStatus


@dataclass(frozen=True, slots=True)
class FailedVisit:
    courier_company: str
    at: datetime
    reason: VisitFailure


@dataclass(frozen=True, slots=True)
class Escalation:
    """`decide_by`: after it, the shopper has the full days to ship."""

    return_id: str
    shopper_id: str
    since: datetime
    decide_by: datetime
    visits: tuple[FailedVisit, ...]
    amount: Money


async def open_escalations(db: Database) -> list[Escalation]:
    """The one that has waited longest first."""
    book = db.caches.get(PolicyBook)
    async with db.read() as connection:
        rows = await connection.execute(_open)
        return [await _escalation(connection, book, row) for row in rows]


async def _escalation(connection: Connection, book: PolicyBook, row: Any) -> Escalation:
    policy = await book.version(connection, row.policy_version)
    facts = {"shopper_id": row.shopper_id, "return_id": row.id}
    rows = await connection.execute(_visits, facts)
    return Escalation(
        return_id=row.id,
        shopper_id=row.shopper_id,
        since=row.visits_escalated_at,
        decide_by=row.visits_escalated_at + timedelta(days=policy.pickup.visits_decide_days),
        visits=tuple(
            FailedVisit(one.courier_company, one.ended_at, VisitFailure(one.visit_failure))
            for one in rows
        ),
        amount=Money(row.amount_minor, row.currency),
    )


_open = prepare(
    select(
        returns.c.id,
        returns.c.shopper_id,
        returns.c.visits_escalated_at,
        returns.c.policy_version,
        refunds.c.amount_minor,
        refunds.c.currency,
    )
    .join(refunds, and_(refunds.c.return_id == returns.c.id, same_shopper(refunds, returns)))
    .where(
        returns.c.status == ReturnStatus.AWAITING_RETURN_SHIPMENT,
        returns.c.visits_escalated_at.is_not(None),
    )
    .order_by(returns.c.visits_escalated_at, returns.c.id)
)
_visits = prepare(
    select(past_offers.c.courier_company, past_offers.c.ended_at, past_offers.c.visit_failure)
    .join(
        pickups,
        and_(pickups.c.id == past_offers.c.pickup_id, same_shopper(pickups, past_offers)),
    )
    .where(
        of_owner(past_offers),
        pickups.c.return_id == bindparam("return_id"),
        past_offers.c.end == literal(OfferEnd.VISIT_FAILED),
    )
    .order_by(past_offers.c.ended_at)
)
