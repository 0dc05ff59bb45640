from collections.abc import Sequence
from typing import Annotated

import strawberry

from bff.domain.orders import model
from bff.domain.orders.address_book import default_address
from bff.domain.orders.store import orders_with_merchants
from bff.domain.returns.model import Return
from bff.domain.returns.store import returns_page
from bff.domain.stars import model as stars
from bff.graphql.context import Context
from loaders.orders import addresses_by_owner, shoppers_by_id
from loaders.stars import stars_by_shopper
from resolvers.argument_errors import require_shopper_id, unauthenticated
from resolvers.connections import AFTER, FIRST, RelayConnection, page_request
from resolvers.fields import Info, attribute, loaded, resolved, view_of
from resolvers.nodes import Node
from resolvers.orders.types import Address, OrderConnection
from resolvers.returns.types import ReturnConnection
from resolvers.stars.entitlements import Entitlement
from resolvers.stars.types import StarLevel


@view_of(model.Shopper, description="A shopper.")
class Shopper(Node):
    nickname: str = attribute("The shopper's nickname.")
    star_level: StarLevel = loaded(
        stars_by_shopper, by="id", description="The shopper's stars (购物评级)."
    )
    addresses: list[Address] = loaded(
        addresses_by_owner, by="id", description="The address book, the default address first."
    )

    @resolved(
        "Where couriers come for goods whose delivery address is not known: the address that was "
        "chosen, or the only one.",
        kind=Address | None,
    )
    @staticmethod
    async def default_address(
        parent: strawberry.Parent[model.Shopper], info: Info
    ) -> model.Address | None:
        book = await info.context.loaders.require(addresses_by_owner, parent.id)
        return default_address(book)

    @resolved("Every entitlement, granted or not.", kind=list[Entitlement])
    @staticmethod
    async def entitlements(
        parent: strawberry.Parent[model.Shopper], info: Info
    ) -> Sequence[stars.Granted]:
        current = await info.context.loaders.require(stars_by_shopper, parent.id)
        return stars.entitlements(await info.context.current_policy(), current.level)

    @resolved("The shopper's orders, newest first.", kind=OrderConnection)
    @staticmethod
    async def orders(
        parent: strawberry.Parent[model.Shopper],
        info: Info,
        first: Annotated[int, FIRST] = 20,
        after: Annotated[str | None, AFTER] = None,
    ) -> RelayConnection[model.Order]:
        request = page_request(info.context, first, after)
        async with info.context.db.read() as connection:
            read = orders_with_merchants(connection, parent.id, request.first, request.after)
            page = await read
        info.context.loaders.prime(page.related)
        return RelayConnection(page.result, parent.id, at="paid_at")

    @resolved("The shopper's returns, newest first.", kind=ReturnConnection)
    @staticmethod
    async def returns(
        parent: strawberry.Parent[model.Shopper],
        info: Info,
        first: Annotated[int, FIRST] = 20,
        after: Annotated[str | None, AFTER] = None,
    ) -> RelayConnection[Return]:
        request = page_request(info.context, first, after)
        async with info.context.db.read() as connection:
            page = await returns_page(connection, parent.id, request.first, request.after)
        return RelayConnection(page, parent.id, at="opened_at")


async def viewer(context: Context) -> model.Shopper:
    [found] = await context.loaders.load_many(shoppers_by_id, [require_shopper_id(context)])
    if found is None:
        raise unauthenticated(context.language)
    return found
