"""What is stored under an id, whoever's it is; LookupError where nothing is."""

from typing import TypeVar

from bff.db.connection import Connection
from bff.db.lookups import (
    owner_of_order,
    owner_of_payment,
    owner_of_photo,
    owner_of_pickup,
    owner_of_return,
    owners_of_addresses,
)
from bff.domain.evidence.model import Photo
from bff.domain.evidence.store import photos_by_id
from bff.domain.orders.model import Address, Order, OrderLine, parse_line_id
from bff.domain.orders.store import find_address, lines_by_id, orders_by_id
from bff.domain.payments.model import Payment
from bff.domain.payments.store import payments_by_id
from bff.domain.pickups.model import Pickup
from bff.domain.pickups.store import pickups_by_id
from bff.domain.returns.model import Return
from bff.domain.returns.store import returns_by_id

T = TypeVar("T")


async def order_under(connection: Connection, order_id: str) -> Order:
    owner = _known(await owner_of_order(connection, order_id))
    return (await orders_by_id(connection, owner, [order_id]))[order_id]


async def line_under(connection: Connection, line_id: str) -> OrderLine:
    order_id, _ = _known(parse_line_id(line_id))
    owner = _known(await owner_of_order(connection, order_id))
    return (await lines_by_id(connection, owner, [line_id]))[line_id]


async def return_under(connection: Connection, return_id: str) -> Return:
    owner = _known(await owner_of_return(connection, return_id))
    return (await returns_by_id(connection, owner, [return_id]))[return_id]


async def pickup_under(connection: Connection, pickup_id: str) -> Pickup:
    owner = _known(await owner_of_pickup(connection, pickup_id))
    return (await pickups_by_id(connection, owner, [pickup_id]))[pickup_id]


async def payment_under(connection: Connection, payment_id: str) -> Payment:
    owner = _known(await owner_of_payment(connection, payment_id))
    return (await payments_by_id(connection, owner, [payment_id]))[payment_id]


async def photo_under(connection: Connection, photo_id: str) -> Photo:
    owner = _known(await owner_of_photo(connection, photo_id))
    return (await photos_by_id(connection, owner, [photo_id]))[photo_id]


async def address_under(connection: Connection, address_id: str) -> Address:
    owner = (await owners_of_addresses(connection, [address_id]))[address_id]
    return _known(await find_address(connection, owner, address_id))


def _known(found: T | None) -> T:
    if found is None:
        raise LookupError
    return found
