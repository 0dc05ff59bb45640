"""What inspections found of earlier returns: it sets the demonstration's shoppers apart."""

from datetime import timedelta

from bff.core import ids
from bff.db.transaction import Tx
from bff.demo.catalogue import Persona
from bff.domain.orders.model import Order, OrderLine, shopper_id
from bff.domain.orders.store import lines_by_order, orders_by_id
from bff.domain.refunds.model import AdvanceStatus, Refund
from bff.domain.refunds.store import add_refund
from bff.domain.returns.model import CloseReason, RefusedBecause, Return, ReturnKind, ReturnStatus
from bff.domain.returns.store import add_return
from bff.domain.stars.model import Behaviour
from bff.domain.stars.service import record_behaviour

OPENED, APPROVED, SHIPPED, REFUSED = (timedelta(days=days) for days in (30, 29, 28, 20))


async def add_findings(tx: Tx, persona: Persona, order_ids: list[str]) -> None:
    """Of the last line of one order each: the refusal of the goods stands since today."""
    shopper = shopper_id(persona.shopper_no)
    orders = await orders_by_id(tx.connection, shopper, order_ids)
    lines = await lines_by_order(tx.connection, shopper, order_ids)
    for key, found in zip(order_ids, persona.found, strict=False):
        closed = _closed(tx, orders[key], lines[key][-1], found)
        await add_return(tx, closed)
        await add_refund(tx, _refund(tx, closed, lines[key][-1]))
        await tx.flush()
        await record_behaviour(tx, closed.shopper_id, closed.id, found)


def _closed(tx: Tx, order: Order, line: OrderLine, found: Behaviour) -> Return:
    """Without an advance, so that nothing is owed."""
    return Return(
        id=tx.new_id(ids.RETURN),
        shopper_id=order.shopper_id,
        order_line_id=line.id,
        merchant_id=order.merchant_id,
        kind=ReturnKind.RETURN_AND_REFUND,
        status=ReturnStatus.CLOSED,
        express=False,
        advance_at_waybill=False,
        quantity=1,
        policy_version=order.policy_version,
        star_level=1,
        return_address_id=None,
        opened_at=tx.now - OPENED,
        approved_at=tx.now - APPROVED,
        shipped_at=tx.now - SHIPPED,
        ended_at=tx.now,
        courier_company=None,
        waybill_number=None,
        waybill_by=None,
        waybill_at=None,
        checks=[],
        close_reason=CloseReason.REFUSAL_STANDS,
        refused_at=tx.now - REFUSED,
        refused_because=RefusedBecause(found.value),
        goods_received_at=tx.now - REFUSED,
    )


def _refund(tx: Tx, closed: Return, line: OrderLine) -> Refund:
    return Refund(
        id=tx.new_id(ids.REFUND),
        shopper_id=closed.shopper_id,
        return_id=closed.id,
        amount_minor=line.paid_minor // line.quantity,
        currency=line.currency,
        advance=AdvanceStatus.NONE,
        refunded_at=None,
        settled_at=None,
    )
