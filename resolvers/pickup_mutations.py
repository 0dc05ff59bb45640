"""What a shopper can do about a pickup."""

from typing import Annotated, Any

import strawberry

from bff.db.database import Tx
from bff.db.idempotency import Answer
from bff.returns import service
from resolvers.carrying import Asked, carry_out
from resolvers.edges import Info, answers
from resolvers.inputs import (
    PickupBookInput,
    PickupCancelInput,
    wish_of,
)
from resolvers.pickup_results import (
    PickupBookResult,
    PickupBookSuccess,
    PickupCancelResult,
    PickupCancelSuccess,
)


@strawberry.type
class PickupMutations:
    @answers("Have an approved return picked up.", kind=PickupBookResult | None)
    @staticmethod
    async def pickup_book(info: Info, input: Annotated[PickupBookInput, Asked]) -> Any:  # noqa: A002
        async def effect(tx: Tx, shopper: str) -> Answer:
            book, wish = info.context.book, wish_of(input)
            pickup = await service.book_pickup(tx, book, shopper, input.return_id, wish)
            return {"pickup_id": pickup.id, "return_id": pickup.return_id}

        return await carry_out(info, input, effect, PickupBookSuccess)

    @answers("Call a pickup off before the goods are collected.", kind=PickupCancelResult | None)
    @staticmethod
    async def pickup_cancel(info: Info, input: Annotated[PickupCancelInput, Asked]) -> Any:  # noqa: A002
        async def effect(tx: Tx, shopper: str) -> Answer:
            pickup = await service.cancel_pickup(tx, shopper, input.pickup_id)
            return {"pickup_id": pickup.id, "return_id": pickup.return_id}

        return await carry_out(info, input, effect, PickupCancelSuccess)
