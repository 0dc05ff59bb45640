"""Nodes by id. What is not the viewer's own looks like what does not exist."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

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

MOST = 100
Lookup = Callable[[Context, str], Awaitable[Any]]


async def node(context: Context, identifier: str) -> Any:
    """None for what is unknown, and for another shopper's."""
    lookup = LOOKUPS.get(ids.kind_of(identifier))
    return await lookup(context, identifier) if lookup and context.shopper_id else None


async def nodes(context: Context, identifiers: list[str]) -> list[Any]:
    return list(await asyncio.gather(*(node(context, one) for one in identifiers)))


async def _shopper(context: Context, key: str) -> Shopper | None:
    if key != context.shopper_id:
        return None
    return await context.loaders.load(shoppers_by_id, key)


async def _address(context: Context, key: str) -> Address | None:
    """The shopper's own, and merchants' return addresses."""
    found = await context.loaders.load(addresses_by_id, key)
    if found is None or found.owner_id == context.shopper_id:
        return found
    return None if ids.kind_of(found.owner_id) == ids.SHOPPER else found


async def _merchant(context: Context, key: str) -> Merchant | None:
    return await context.loaders.load(merchants_by_id, key)


async def _order(context: Context, key: str) -> Order | None:
    found = await context.loaders.load(orders_by_id, key)
    return found if found and found.shopper_id == context.shopper_id else None


async def _line(context: Context, key: str) -> OrderLine | None:
    found = await context.loaders.load(lines_by_id, key)
    return found if found and await _order(context, found.order_id) else None


async def _return(context: Context, key: str) -> Return | None:
    found = await context.loaders.load(returns_by_id, key)
    return found if found and found.shopper_id == context.shopper_id else None


async def _refund(context: Context, key: str) -> Refund | None:
    found = await context.loaders.load(refunds_by_id, key)
    return found if found and await _return(context, found.return_id) else None


async def _pickup(context: Context, key: str) -> Pickup | None:
    found = await context.loaders.load(pickups_by_id, key)
    return found if found and await _return(context, found.return_id) else None


LOOKUPS: dict[str, Lookup] = {
    ids.SHOPPER: _shopper,
    ids.ADDRESS: _address,
    ids.MERCHANT: _merchant,
    ids.ORDER: _order,
    ids.ORDER_LINE: _line,
    ids.RETURN: _return,
    ids.REFUND: _refund,
    ids.PICKUP: _pickup,
}
