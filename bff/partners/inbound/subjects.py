"""Which life an event belongs to: events that wait for one another belong to the same.

Each gives the life of a return, an order or a shopper. Raises UnknownSubjectError.
"""

from bff.core.report_errors import UnknownSubjectError
from bff.db.lookups import owner_of_payment, owner_of_pickup, owner_of_return
from bff.db.transaction import Tx
from bff.domain.orders.model import order_id
from bff.domain.orders.store import shoppers_by_id
from bff.domain.payments.store import payments_by_id
from bff.domain.pickups.store import pickups_by_id
from bff.jobs.inbox import Life
from bff.partners.inbound.payloads import (
    OfPickup,
    OfReturn,
    OrderMoved,
    PaidOrder,
    PaymentFailed,
    PaymentSucceeded,
    StarLevelDecided,
)


async def of_pickup(tx: Tx, data: OfPickup) -> Life:
    key = data.pickup_id
    owner = await owner_of_pickup(tx.connection, key)
    if owner is None:
        raise UnknownSubjectError("pickup", key)
    return Life((await pickups_by_id(tx.connection, owner, [key]))[key].return_id, owner)


async def of_return(tx: Tx, data: OfReturn) -> Life:
    owner = await owner_of_return(tx.connection, data.return_id)
    if owner is None:
        raise UnknownSubjectError("return", data.return_id)
    return Life(data.return_id, owner)


async def of_payment(tx: Tx, data: PaymentSucceeded | PaymentFailed) -> Life:
    key = data.payment_id
    owner = await owner_of_payment(tx.connection, key)
    if owner is None:
        raise UnknownSubjectError("payment", key)
    return Life((await payments_by_id(tx.connection, owner, [key]))[key].return_id, owner)


async def of_paid_order(_tx: Tx, data: PaidOrder) -> Life:
    """It need not be known yet."""
    return Life(order_id(data.order_no))


async def of_order(_tx: Tx, data: OrderMoved) -> Life:
    """It need not be known yet."""
    return Life(order_id(data.order_number))


async def of_shopper(tx: Tx, data: StarLevelDecided) -> Life:
    if data.shopper_id not in await shoppers_by_id(tx.connection, [data.shopper_id]):
        raise UnknownSubjectError("shopper", data.shopper_id)
    return Life(data.shopper_id, data.shopper_id)
