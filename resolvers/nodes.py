"""Nodes by id. What is not the viewer's own looks like what does not exist."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import strawberry

from bff.core import ids
from bff.domain.orders.model import Address, Merchant, Order, OrderLine, Shopper
from bff.domain.pickups.model import Pickup
from bff.domain.refunds.model import Refund
from bff.domain.returns.model import Return
from bff.graphql.context import Context
from loaders.orders import (
    addresses_by_id,
    lines_by_id,
    merchants_by_id,
    orders_by_id,
    shoppers_by_id,
)
from loaders.returns import pickups_by_id, refunds_by_id, returns_by_id
from resolvers.fields import attribute

MAX_NODES = 100
Lookup = Callable[[Context, str], Awaitable[Any]]


@strawberry.interface(description="An object that can be read again by its id.")
class Node:
    id: strawberry.ID = attribute("Opaque, and unique among all nodes.")


async def node(context: Context, identifier: str) -> Any:
    """None for what is unknown, for another shopper's, and where nobody has a token."""
    lookup = LOOKUPS.get(ids.kind_of(identifier))
    return await lookup(context, identifier) if lookup and context.shopper_id else None


async def nodes(context: Context, identifiers: list[str]) -> list[Any]:
    return list(await asyncio.gather(*(node(context, one) for one in identifiers)))


async def load_own_return(context: Context, key: str) -> Return | None:
    """None for what is unknown, and for another shopper's."""
    this_return = await context.loaders.load(returns_by_id, key)
    return this_return if this_return and this_return.shopper_id == context.shopper_id else None


async def _shopper(context: Context, key: str) -> Shopper | None:
    if key != context.shopper_id:
        return None
    return await context.loaders.load(shoppers_by_id, key)


async def _address(context: Context, key: str) -> Address | None:
    """The shopper's own, and merchants' return addresses."""
    address = await context.loaders.load(addresses_by_id, key)
    if address is None or address.owner_id == context.shopper_id:
        return address
    return None if ids.kind_of(address.owner_id) == ids.SHOPPER else address


async def _merchant(context: Context, key: str) -> Merchant | None:
    return await context.loaders.load(merchants_by_id, key)


async def _order(context: Context, key: str) -> Order | None:
    order = await context.loaders.load(orders_by_id, key)
    return order if order and order.shopper_id == context.shopper_id else None


async def _line(context: Context, key: str) -> OrderLine | None:
    line = await context.loaders.load(lines_by_id, key)
    return line if line and await _order(context, line.order_id) else None


async def _refund(context: Context, key: str) -> Refund | None:
    refund = await context.loaders.load(refunds_by_id, key)
    return refund if refund and await load_own_return(context, refund.return_id) else None


async def _pickup(context: Context, key: str) -> Pickup | None:
    pickup = await context.loaders.load(pickups_by_id, key)
    return pickup if pickup and await load_own_return(context, pickup.return_id) else None


LOOKUPS: dict[str, Lookup] = {
    ids.SHOPPER: _shopper,
    ids.ADDRESS: _address,
    ids.MERCHANT: _merchant,
    ids.ORDER: _order,
    ids.ORDER_LINE: _line,
    ids.RETURN: load_own_return,
    ids.REFUND: _refund,
    ids.PICKUP: _pickup,
}
