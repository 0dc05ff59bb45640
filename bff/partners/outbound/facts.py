"""Calls to partners, and the facts that they are about, as they are when the call is made."""

from dataclasses import dataclass
from datetime import datetime

from bff.db.connection import Connection
from bff.domain.orders.model import Address, Merchant, Order, OrderLine
from bff.domain.orders.store import addresses_by_id, lines_by_id, merchants_by_id, orders_by_id
from bff.domain.pickups.model import Pickup
from bff.domain.refunds.model import Refund
from bff.domain.refunds.store import refunds_by_return
from bff.domain.returns.model import Return
from bff.domain.returns.store import returns_by_pickup


@dataclass(frozen=True, slots=True)
class PickupCall:
    """`key` is the call's idempotency key, `at` when its event happened."""

    key: str
    at: datetime
    pickup: Pickup


@dataclass(frozen=True, slots=True)
class ReturnCall:
    """`key` is the call's idempotency key, `at` when its event happened."""

    key: str
    at: datetime
    this_return: Return


@dataclass(frozen=True, slots=True)
class ReturnFacts:
    """`goes_to`: where the goods go, once that is known."""

    this_return: Return
    refund: Refund
    line: OrderLine
    order: Order
    merchant: Merchant
    goes_to: Address | None


@dataclass(frozen=True, slots=True)
class PickupFacts:
    """`parcel`: the returns that go in it, one or several, all to one address."""

    pickup: Pickup
    comes_from: Address
    parcel: list[ReturnFacts]


async def return_facts(connection: Connection, this_return: Return) -> ReturnFacts:
    return_id, line_id = this_return.id, this_return.order_line_id
    merchant_id = this_return.merchant_id
    line = (await lines_by_id(connection, [line_id]))[line_id]
    return ReturnFacts(
        this_return=this_return,
        refund=(await refunds_by_return(connection, [return_id]))[return_id],
        line=line,
        order=(await orders_by_id(connection, [line.order_id]))[line.order_id],
        merchant=(await merchants_by_id(connection, [merchant_id]))[merchant_id],
        goes_to=await _address(connection, this_return.return_address_id),
    )


async def pickup_facts(connection: Connection, pickup: Pickup) -> PickupFacts:
    there = (await addresses_by_id(connection, [pickup.address_id]))[pickup.address_id]
    carried = (await returns_by_pickup(connection, [pickup.id]))[pickup.id]
    parcel = [await return_facts(connection, this_return) for this_return in carried]
    return PickupFacts(pickup, there, parcel)


async def _address(connection: Connection, address_id: str | None) -> Address | None:
    if address_id is None:
        return None
    return (await addresses_by_id(connection, [address_id]))[address_id]
