"""Whose lives still go on: nothing that is about them is deleted."""

from collections.abc import Collection, Sequence

from sqlalchemy import select, union_all

from bff.db.connection import Connection
from bff.db.elements import among
from bff.db.statements import prepare
from bff.db.tables import order_lines, payments, pickups, refunds, returns
from bff.domain.orders.store import LINE_ID
from bff.domain.payments.model import PaymentStatus
from bff.domain.returns.model import ENDED

_is_open = returns.c.status.not_in(list(ENDED))
_requested = payments.c.status == PaymentStatus.REQUESTED
_owing = refunds.c.owed_since.is_not(None) | refunds.c.retry_at.is_not(None)
_open = prepare(
    union_all(
        select(returns.c.id).where(among(returns.c.id, "keys"), _is_open),
        select(refunds.c.return_id).where(among(refunds.c.return_id, "keys"), _owing),
        select(payments.c.return_id).where(among(payments.c.return_id, "keys"), _requested),
        select(order_lines.c.order_id)
        .join(returns, returns.c.order_line_id == LINE_ID)
        .where(among(order_lines.c.order_id, "keys"), _is_open),
        select(pickups.c.id)
        .join(returns, returns.c.pickup_id == pickups.c.id)
        .where(among(pickups.c.id, "keys"), _is_open),
        select(payments.c.id).where(among(payments.c.id, "keys"), _requested),
    )
)


async def open_subjects(connection: Connection, subject_ids: Collection[str]) -> frozenset[str]:
    """Of returns, orders, pickups and payments: those that are open, or whose money is on its way
    or owed."""
    keys: Sequence[str] = sorted(set(subject_ids))
    return frozenset((await connection.execute(_open, {"keys": keys})).scalars())
