"""What the platform has advanced of an order and not got back yet, in minor units. R8."""

from sqlalchemy import and_, bindparam, func, or_, select, update

from bff.db.statements import prepare
from bff.db.tables import order_lines, orders, refunds, returns
from bff.db.transaction import Tx
from bff.domain.orders.store import LINE_ID
from bff.domain.refunds.model import OUTSTANDING, AdvanceStatus

_outstanding = refunds.c.advance.in_(sorted(OUTSTANDING))
_promised = and_(
    refunds.c.advance == AdvanceStatus.NONE,
    returns.c.advance_at_waybill,
    returns.c.ended_at.is_(None),
)
_of_order = (
    select(func.coalesce(func.sum(refunds.c.amount_minor), 0))
    .select_from(order_lines)
    .join(returns, returns.c.order_line_id == LINE_ID)
    .join(refunds, refunds.c.return_id == returns.c.id)
    .where(order_lines.c.order_id == bindparam("order"))
)
IS_ADVANCED = or_(_outstanding, _promised)
_advanced = prepare(_of_order.where(_outstanding))
_sync = prepare(
    update(orders)
    .where(orders.c.id == bindparam("order"))
    .values(advanced_minor=_of_order.where(IS_ADVANCED).scalar_subquery())
)


async def advanced_minor(tx: Tx, order_id: str) -> int:
    """What is paid, or under way."""
    advanced: int = (await tx.execute(_advanced, {"order": order_id})).scalar()
    return advanced


async def sync_advanced(tx: Tx, order_id: str) -> None:
    """The order knows what is paid, under way, or promised to returns that are not ended."""
    await tx.execute(_sync, {"order": order_id})
