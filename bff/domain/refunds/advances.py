"""What the platform has advanced of an order and not got back yet, in minor units. R8."""

from sqlalchemy import and_, bindparam, func, or_, select, update

from bff.db.elements import of_owner, same_shopper
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
    .join(returns, and_(returns.c.order_line_id == LINE_ID, same_shopper(returns, order_lines)))
    .join(refunds, and_(refunds.c.return_id == returns.c.id, same_shopper(refunds, returns)))
    .where(of_owner(order_lines), order_lines.c.order_id == bindparam("order"))
)
IS_ADVANCED = or_(_outstanding, _promised)
_advanced = prepare(_of_order.where(_outstanding))
_sync = prepare(
    update(orders)
    .where(of_owner(orders), orders.c.id == bindparam("order"))
    .values(advanced_minor=_of_order.where(IS_ADVANCED).scalar_subquery())
)


async def advanced_minor(tx: Tx, shopper_id: str, order_id: str) -> int:
    """What is paid, or under way."""
    facts = {"shopper_id": shopper_id, "order": order_id}
    advanced: int = (await tx.execute(_advanced, facts)).scalar()
    return advanced


async def sync_advanced(tx: Tx, shopper_id: str, order_id: str) -> None:
    """The order knows what is paid, under way, or promised to returns that are not ended."""
    await tx.execute(_sync, {"shopper_id": shopper_id, "order": order_id})
