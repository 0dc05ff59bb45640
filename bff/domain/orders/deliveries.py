"""Orders that were refunded before they were shipped, and were delivered all the same."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bff.db.connection import Connection
from bff.db.statements import prepare_models
from bff.db.tables import merchants, orders


@dataclass(frozen=True, slots=True)
class RefundedDelivery:
    """The shopper has the goods and the money. `merchant` is the merchant's number."""

    order_number: str
    shopper_id: str
    merchant: str
    refunded_at: datetime
    shipped_at: datetime
    received_at: datetime | None


_delivered = prepare_models(
    RefundedDelivery,
    select(
        orders.c.number.label("order_number"),
        orders.c.shopper_id,
        merchants.c.number.label("merchant"),
        orders.c.refunded_at,
        orders.c.shipped_at,
        orders.c.received_at,
    )
    .join(merchants, merchants.c.id == orders.c.merchant_id)
    .where(orders.c.refunded_at.is_not(None), orders.c.shipped_at.is_not(None))
    .order_by(orders.c.refunded_at),
)


async def refunded_deliveries(connection: Connection) -> list[RefundedDelivery]:
    """The oldest refund first."""
    return (await connection.execute(_delivered)).all()
