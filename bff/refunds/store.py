from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bff.db.database import Tx
from bff.db.tables import credit_notes, refunds, returns
from bff.refunds.model import NOTHING_HELD, TRANSITIONS, AdvanceStatus, Held, Refund

RELEASED = ("CLOSED",)


def as_refund(row: Mapping[Any, Any]) -> Refund:
    return Refund(**{**row, "advance": AdvanceStatus(row["advance"])})


async def refunds_by_id(connection: AsyncConnection, keys: Sequence[str]) -> dict[str, Refund]:
    rows = await connection.execute(select(refunds).where(refunds.c.id.in_(keys)))
    return {row["id"]: as_refund(row) for row in rows.mappings()}


async def refunds_by_return(connection: AsyncConnection, keys: Sequence[str]) -> dict[str, Refund]:
    rows = await connection.execute(select(refunds).where(refunds.c.return_id.in_(keys)))
    return {row["return_id"]: as_refund(row) for row in rows.mappings()}


async def add_refund(tx: Tx, refund: Refund) -> None:
    await tx.execute(insert(refunds), asdict(refund))


async def move_advance(tx: Tx, refund_id: str, to: AdvanceStatus, **values: datetime) -> bool:
    """Whether the advance was in a state that may become `to`."""
    statement = (
        update(refunds)
        .where(refunds.c.id == refund_id, refunds.c.advance.in_(TRANSITIONS.sources(to)))
        .values(advance=to, **values)
    )
    return (await tx.execute(statement)).rowcount == 1


async def note_refund(tx: Tx, refund_id: str, **values: datetime | None) -> None:
    await tx.execute(update(refunds).where(refunds.c.id == refund_id).values(**values))


async def held_by_line(connection: AsyncConnection, keys: Sequence[str]) -> dict[str, Held]:
    """By order line: what returns here hold, and what was credited before they came here."""
    here = (
        select(returns.c.order_line_id, returns.c.quantity, refunds.c.amount_minor.label("minor"))
        .join(refunds, refunds.c.return_id == returns.c.id)
        .where(returns.c.order_line_id.in_(keys), returns.c.status.not_in(RELEASED))
    )
    elsewhere = select(
        credit_notes.c.order_line_id, credit_notes.c.quantity, credit_notes.c.refunded_minor
    ).where(credit_notes.c.order_line_id.in_(keys))
    taken = union_all(here, elsewhere).subquery()
    summed = select(
        taken.c.order_line_id, func.sum(taken.c.quantity), func.sum(taken.c.minor)
    ).group_by(taken.c.order_line_id)
    rows = await connection.execute(summed)
    return dict.fromkeys(keys, NOTHING_HELD) | {key: Held(q, minor) for key, q, minor in rows}
