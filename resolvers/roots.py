"""The root types: what a client can ask, do, and have pushed."""

from datetime import date
from typing import Annotated, Any

import strawberry

from bff.domain.orders import model
from bff.domain.pickups import companies
from bff.domain.pickups.slots import OpenSlot
from bff.domain.stars.model import Preview
from bff.locale.messages import N_
from resolvers import nodes as lookup
from resolvers.argument_errors import argument_error, reserve_rows
from resolvers.fields import Info, resolved
from resolvers.nodes import Node
from resolvers.pickups.mutations import PickupMutations
from resolvers.pickups.slots import PickupSlot, pickup_slots
from resolvers.pickups.types import CourierCompany
from resolvers.refunds.mutations import RefundMutations
from resolvers.returns.evidence import EvidenceMutations
from resolvers.returns.mutations import ReturnMutations
from resolvers.returns.updates import ReturnSubscriptions
from resolvers.shopper.addresses import AddressMutations
from resolvers.shopper.types import Shopper, viewer
from resolvers.stars.changes import StarSubscriptions
from resolvers.stars.entitlements import EntitlementPreview, preview


@strawberry.type(description="Everything that can be read.")
class Query:
    @resolved("The shopper of the token.", kind=Shopper)
    @staticmethod
    async def viewer(info: Info) -> model.Shopper:
        return await viewer(info.context)

    @resolved("By id; null for what is unknown, and for another shopper's.", kind=Node | None)
    @staticmethod
    async def node(
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The node's id.")],  # noqa: A002
    ) -> Any:
        return await lookup.node(info.context, id)

    @resolved("By ids, in their order.", kind=list[Node | None])
    @staticmethod
    async def nodes(
        info: Info,
        ids: Annotated[
            list[strawberry.ID],
            strawberry.argument(
                description="At most 100; with what is paged, 300 in all of one operation."
            ),
        ],
    ) -> list[Any]:
        if len(ids) > lookup.MAX_NODES:
            raise argument_error(info.context.language, "ids", N_("at most 100 entries"))
        reserve_rows(info.context, "ids", len(ids))
        return await lookup.nodes(info.context, [str(one) for one in ids])

    @resolved(
        "When a courier can come: as soon as possible, and 2-hour windows.",
        kind=list[PickupSlot] | None,
    )
    @staticmethod
    async def pickup_slots(
        info: Info,
        return_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="The return to be picked up; or `addressId`."),
        ] = None,
        address_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Where to pick up; or `returnId`."),
        ] = None,
        on: Annotated[
            date | None, strawberry.argument(description="The day in Shanghai; today by default.")
        ] = None,
    ) -> list[OpenSlot]:
        return await pickup_slots(info.context, return_id, address_id, on)

    @resolved(
        "Courier companies that are known; any other may bring goods back too.",
        kind=list[CourierCompany],
    )
    @staticmethod
    def courier_companies() -> tuple[companies.CourierCompany, ...]:
        return companies.COMPANIES

    @resolved(
        "What another star level would bring, compared with the viewer's own.",
        kind=EntitlementPreview | None,
    )
    @staticmethod
    async def entitlement_preview(
        info: Info,
        level: Annotated[int, strawberry.argument(description="The level: 1 to 5.")],
    ) -> Preview:
        return await preview(info.context, level)


@strawberry.type(description="Everything that a shopper can change.")
class Mutation(
    ReturnMutations, PickupMutations, RefundMutations, EvidenceMutations, AddressMutations
):
    pass


@strawberry.type(description="Everything that is pushed.")
class Subscription(StarSubscriptions, ReturnSubscriptions):
    pass
