"""Calls to partners, and the facts that they are about, as they are when the call is made."""

from dataclasses import dataclass
from datetime import datetime

from bff.db.connection import Connection
from bff.domain.orders.model import Address, Merchant, Order, OrderLine
from bff.domain.orders.store import (
    addresses_by_id,
    lines_by_id,
    merchants_by_id,
    orders_by_id,
    return_addresses,
)
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
    owner, return_id, line_id = this_return.shopper_id, this_return.id, this_return.order_line_id
    merchant_id = this_return.merchant_id
    line = (await lines_by_id(connection, owner, [line_id]))[line_id]
    return ReturnFacts(
        this_return=this_return,
        refund=(await refunds_by_return(connection, owner, [return_id]))[return_id],
        line=line,
        order=(await orders_by_id(connection, owner, [line.order_id]))[line.order_id],
        merchant=(await merchants_by_id(connection, [merchant_id]))[merchant_id],
        goes_to=await _goes_to(connection, this_return),
    )


async def pickup_facts(connection: Connection, pickup: Pickup) -> PickupFacts:
    owner, address_id = pickup.shopper_id, pickup.address_id
    there = (await addresses_by_id(connection, owner, [address_id]))[address_id]
    carried = (await returns_by_pickup(connection, owner, [pickup.id]))[pickup.id]
    parcel = [await return_facts(connection, this_return) for this_return in carried]
    return PickupFacts(pickup, there, parcel)


async def _goes_to(connection: Connection, this_return: Return) -> Address | None:
    key = this_return.return_address_key
    return (await return_addresses(connection, [key]))[key] if key else None
