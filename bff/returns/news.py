"""Telling the shopper: an event in the transaction of what happened."""

from sqlalchemy import select
from sqlalchemy.engine import RowMapping

from bff.db import events
from bff.db.database import Tx
from bff.db.tables import pickups, refunds, returns
from bff.pickups.store import FOREMOST_FIRST
from bff.returns.model import RefundEvent


async def announce(tx: Tx, return_id: str, event: RefundEvent) -> None:
    """Append to the return's topic, with the states as they are after the change."""
    states = await _states(tx, return_id)
    facts = {
        "return_status": states["return_status"],
        "pickup_status": states["pickup_status"],
        "advance": states["advance"],
    }
    await events.append(tx, return_id, event, facts)


async def _states(tx: Tx, return_id: str) -> RowMapping:
    statement = (
        select(
            returns.c.status.label("return_status"),
            refunds.c.advance,
            pickups.c.status.label("pickup_status"),
        )
        .join(refunds, refunds.c.return_id == returns.c.id)
        .outerjoin(pickups, pickups.c.return_id == returns.c.id)
        .where(returns.c.id == return_id)
        .order_by(*FOREMOST_FIRST)
        .limit(1)
    )
    return (await tx.execute(statement)).mappings().one()
