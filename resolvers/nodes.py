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
    address_owners,
    addresses_by_id,
    lines_by_id,
    merchants_by_id,
    orders_by_id,
    return_addresses,
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
    return await context.loaders.load(returns_by_id, key)


async def _shopper(context: Context, key: str) -> Shopper | None:
    if key != context.shopper_id:
        return None
    return await context.loaders.load(shoppers_by_id, key)


async def _address(context: Context, key: str) -> Address | None:
    """The shopper's own, and merchants' return addresses."""
    if own := await context.loaders.load(addresses_by_id, key):
        return own
    owner = await context.loaders.load(address_owners, key)
    if owner is None or ids.kind_of(owner) == ids.SHOPPER:
        return None
    return await context.loaders.load(return_addresses, (owner, key))


async def _merchant(context: Context, key: str) -> Merchant | None:
    return await context.loaders.load(merchants_by_id, key)


async def _order(context: Context, key: str) -> Order | None:
    return await context.loaders.load(orders_by_id, key)


async def _line(context: Context, key: str) -> OrderLine | None:
    return await context.loaders.load(lines_by_id, key)


async def _refund(context: Context, key: str) -> Refund | None:
    return await context.loaders.load(refunds_by_id, key)


async def _pickup(context: Context, key: str) -> Pickup | None:
    return await context.loaders.load(pickups_by_id, key)


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
