"""Which life an event belongs to: events that wait for one another belong to the same.

Each gives the id of a return, an order or a shopper. Raises UnknownSubjectError.
"""

from bff.core.report_errors import UnknownSubjectError
from bff.db.transaction import Tx
from bff.domain.orders.model import order_id
from bff.domain.orders.store import shoppers_by_id
from bff.domain.payments.store import payments_by_id
from bff.domain.pickups.store import pickups_by_id
from bff.domain.returns.store import returns_by_id
from bff.partners.inbound.payloads import (
    OfPickup,
    OfReturn,
    OrderMoved,
    PaidOrder,
    PaymentFailed,
    PaymentSucceeded,
    StarLevelDecided,
)


async def of_pickup(tx: Tx, data: OfPickup) -> str:
    pickup = (await pickups_by_id(tx.connection, [data.pickup_id])).get(data.pickup_id)
    if pickup is None:
        raise UnknownSubjectError("pickup", data.pickup_id)
    return pickup.return_id


async def of_return(tx: Tx, data: OfReturn) -> str:
    if data.return_id not in await returns_by_id(tx.connection, [data.return_id]):
        raise UnknownSubjectError("return", data.return_id)
    return data.return_id


async def of_payment(tx: Tx, data: PaymentSucceeded | PaymentFailed) -> str:
    key = data.payment_id
    payment = (await payments_by_id(tx.connection, [key])).get(key)
    if payment is None:
        raise UnknownSubjectError("payment", key)
    return payment.return_id


async def of_paid_order(_tx: Tx, data: PaidOrder) -> str:
    """It need not be known yet."""
    return order_id(data.order_no)


async def of_order(_tx: Tx, data: OrderMoved) -> str:
    """It need not be known yet."""
    return order_id(data.order_number)


async def of_shopper(tx: Tx, data: StarLevelDecided) -> str:
    if data.shopper_id not in await shoppers_by_id(tx.connection, [data.shopper_id]):
        raise UnknownSubjectError("shopper", data.shopper_id)
    return data.shopper_id
