"""What a shopper can do about a pickup."""

from typing import Annotated, Any

import strawberry

from bff.db.idempotency import Answer
from bff.db.transaction import Tx
from bff.domain.returns.commands import pickups as collection
from resolvers.fields import Info, resolved
from resolvers.inputs import (
    PickupBookInput,
    PickupCancelInput,
    PickupFeePayInput,
    PickupRescheduleInput,
    wish_of,
)
from resolvers.mutation import Asked, carry_out
from resolvers.pickups.results import (
    PickupBookResult,
    PickupBookSuccess,
    PickupCancelResult,
    PickupCancelSuccess,
    PickupFeePayResult,
    PickupFeePaySuccess,
    PickupRescheduleResult,
    PickupRescheduleSuccess,
)


@strawberry.type
class PickupMutations:
    @resolved("Have an approved return picked up.", kind=PickupBookResult | None)
    @staticmethod
    async def pickup_book(info: Info, input: Annotated[PickupBookInput, Asked]) -> Any:  # noqa: A002
        async def effect(tx: Tx, shopper: str) -> Answer:
            wish = wish_of(input)
            pickup = await collection.book_pickup(tx, shopper, input.return_id, wish)
            return {"pickup_id": pickup.id, "return_id": pickup.return_id}

        return await carry_out(info, input, effect, PickupBookSuccess)

    @resolved("Call a pickup off before the goods are collected.", kind=PickupCancelResult | None)
    @staticmethod
    async def pickup_cancel(info: Info, input: Annotated[PickupCancelInput, Asked]) -> Any:  # noqa: A002
        async def effect(tx: Tx, shopper: str) -> Answer:
            pickup = await collection.cancel_pickup(tx, shopper, input.pickup_id)
            return {"pickup_id": pickup.id, "return_id": pickup.return_id}

        return await carry_out(info, input, effect, PickupCancelSuccess)

    @resolved(
        "Choose another time for a pickup before the goods are collected.",
        kind=PickupRescheduleResult | None,
    )
    @staticmethod
    async def pickup_reschedule(
        info: Info,
        input: Annotated[PickupRescheduleInput, Asked],  # noqa: A002
    ) -> Any:
        async def effect(tx: Tx, shopper: str) -> Answer:
            wanted = input.slot_id
            pickup = await collection.reschedule_pickup(tx, shopper, input.pickup_id, wanted)
            return {"pickup_id": pickup.id, "return_id": pickup.return_id}

        return await carry_out(info, input, effect, PickupRescheduleSuccess)

    @resolved(
        "Pay the shopper's part of a pickup fee (取件费用); a refund that waits for it goes on "
        "by itself. A payment that failed can be tried again, and none is charged twice.",
        kind=PickupFeePayResult | None,
    )
    @staticmethod
    async def pickup_fee_pay(info: Info, input: Annotated[PickupFeePayInput, Asked]) -> Any:  # noqa: A002
        async def effect(tx: Tx, shopper: str) -> Answer:
            pickup = await collection.pay_fee(tx, shopper, input.pickup_id)
            return {"pickup_id": pickup.id, "return_id": pickup.return_id}

        return await carry_out(info, input, effect, PickupFeePaySuccess)
