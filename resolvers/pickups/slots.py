"""When a courier can come (R7): the times of a day, each with the room that is left."""

from datetime import date, datetime

import strawberry

from bff.core.clock import SHANGHAI, local_date
from bff.domain.orders.address_book import default_address
from bff.domain.orders.model import Address
from bff.domain.pickups import slots
from bff.domain.pickups.store import with_capacity
from bff.domain.policy.model import Policy
from bff.domain.returns.model import Return
from bff.graphql.context import Context
from bff.locale.language import Language
from bff.locale.messages import N_, translate
from loaders.orders import addresses_by_id, addresses_by_owner, orders_by_id
from loaders.returns import pickups_by_return
from resolvers.argument_errors import argument_error, not_found, require_shopper_id
from resolvers.fields import Info, attribute, resolved, view_of
from resolvers.messages.pickups import SLOT_TITLES
from resolvers.nodes import load_own_return


@view_of(slots.OpenSlot, description="A time at which a courier can come (预约时段).")
class PickupSlot:
    capacity_left: int = attribute("How many pickups the area still has room for.")

    @resolved("To be passed when booking; the same slot has the same id in every area.")
    @staticmethod
    def id(parent: strawberry.Parent[slots.OpenSlot]) -> strawberry.ID:
        return strawberry.ID(parent.slot.key)

    @resolved("How the time is chosen.")
    @staticmethod
    def kind(parent: strawberry.Parent[slots.OpenSlot]) -> slots.SlotKind:
        return parent.slot.kind

    @resolved("When the courier may come at the earliest.")
    @staticmethod
    def starts_at(parent: strawberry.Parent[slots.OpenSlot]) -> datetime:
        return parent.slot.starts_at

    @resolved("When the courier comes at the latest.")
    @staticmethod
    def ends_at(parent: strawberry.Parent[slots.OpenSlot]) -> datetime:
        return parent.slot.ends_at

    @resolved("The slot in words.")
    @staticmethod
    def title(parent: strawberry.Parent[slots.OpenSlot], info: Info) -> str:
        return slot_title(parent.slot, info.context.language)


def slot_title(slot: slots.Slot, language: Language) -> str:
    ends = f"{slot.ends_at.astimezone(SHANGHAI):%H:%M}"
    return translate(language, SLOT_TITLES[slot.kind], starts=slot.starts_at, ends=ends)


async def pickup_slots(
    context: Context, return_id: str | None, address_id: str | None, on: date | None
) -> list[slots.OpenSlot]:
    """Raises a GraphQLError that names the argument."""
    require_shopper_id(context)
    if (return_id is None) == (address_id is None):
        raise argument_error(
            context.language, "returnId", N_("either a return or an address, not both")
        )
    if return_id is not None:
        address, policy = await _of_return(context, return_id)
    else:
        own = await context.loaders.load(addresses_by_id, address_id or "")
        if own is None:
            raise not_found(context.language, "addressId")
        address, policy = own, await context.current_policy()
    terms = policy.pickup.of_area(address.area)
    offered = slots.slots_on(on or local_date(context.now), context.now, terms)
    async with context.db.read() as connection:
        return await with_capacity(connection, address.area, offered)


async def _of_return(context: Context, return_id: str) -> tuple[Address, Policy]:
    """Where a courier comes, by the return's policy. Raises a GraphQLError."""
    this_return = await load_own_return(context, return_id)
    if this_return is None:
        raise not_found(context.language, "returnId")
    address = await pickup_address(context, this_return)
    if address is None:
        raise not_found(context.language, "addressId")
    return address, await context.policy(this_return.policy_version)


async def pickup_address(context: Context, this_return: Return) -> Address | None:
    """Where its pickup was booked, or would be; None where no address is known."""
    loaders = context.loaders
    if pickup := await loaders.load(pickups_by_return, this_return.id):
        return await loaders.require(addresses_by_id, pickup.address_id)
    order = await loaders.require(orders_by_id, this_return.order_id)
    if order.ship_to_address_id:
        return await loaders.require(addresses_by_id, order.ship_to_address_id)
    book = await loaders.require(addresses_by_owner, this_return.shopper_id)
    return default_address(book)
