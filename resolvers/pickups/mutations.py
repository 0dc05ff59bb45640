"""What a shopper can do about a pickup."""

import strawberry

from bff.db.transaction import Tx
from bff.domain.returns.commands import pickups as commands
from loaders.returns import pickups_by_id
from resolvers.fields import loaded
from resolvers.mutation_fields import ReturnMutationSuccess, mutation
from resolvers.pickups.inputs import (
    PickupBookInput,
    PickupCancelInput,
    PickupFeePayInput,
    PickupRescheduleInput,
    pickup_request_of,
)
from resolvers.pickups.types import Pickup
from resolvers.pickups.user_errors import (
    AddressNeeded,
    PickupBookedAlready,
    PickupFeeNotDue,
    PickupFeePaymentUnderWay,
    PickupNotCancellable,
    PickupNotOffered,
    PickupNotReschedulable,
    SlotFull,
    SlotNotOffered,
    SlotPast,
)
from resolvers.user_errors import ReturnNotAwaitingShipment


@strawberry.type
class PickupMutationSuccess(ReturnMutationSuccess):
    pickup_id: strawberry.Private[str]
    pickup: Pickup = loaded(pickups_by_id, by="pickup_id", description="The pickup.")


@strawberry.type(description="The pickup is booked; the courier company is notified.")
class PickupBookSuccess(PickupMutationSuccess):
    pass


@strawberry.type(description="The pickup is cancelled.")
class PickupCancelSuccess(PickupMutationSuccess):
    pass


@strawberry.type(description="The pickup has another time; the courier company is notified.")
class PickupRescheduleSuccess(PickupMutationSuccess):
    pass


@strawberry.type(description="The payment is under way; the refund goes on by itself once paid.")
class PickupFeePaySuccess(PickupMutationSuccess):
    pass


@strawberry.type
class PickupMutations:
    @mutation(
        "Book a door pickup for an approved return.",
        refusals=[
            ReturnNotAwaitingShipment,
            PickupBookedAlready,
            PickupNotOffered,
            AddressNeeded,
            SlotFull,
            SlotPast,
            SlotNotOffered,
        ],
        result="The pickup, or why there is none.",
    )
    @staticmethod
    async def pickup_book(tx: Tx, shopper_id: str, inputs: PickupBookInput) -> PickupBookSuccess:
        request = pickup_request_of(inputs)
        pickup = await commands.book_pickup(tx, shopper_id, inputs.return_id, request)
        return PickupBookSuccess(pickup_id=pickup.id, return_id=inputs.return_id)

    @mutation(
        "Cancel a pickup before the goods are collected.",
        refusals=[PickupNotCancellable],
        result="The pickup, or why it is not cancelled.",
    )
    @staticmethod
    async def pickup_cancel(
        tx: Tx, shopper_id: str, inputs: PickupCancelInput
    ) -> PickupCancelSuccess:
        pickup = await commands.cancel_pickup(tx, shopper_id, inputs.pickup_id)
        return PickupCancelSuccess(pickup_id=pickup.id, return_id=pickup.return_id)

    @mutation(
        "Choose another time for a pickup before the goods are collected.",
        refusals=[PickupNotReschedulable, SlotFull, SlotPast, SlotNotOffered],
        result="The pickup, or why it keeps its time.",
    )
    @staticmethod
    async def pickup_reschedule(
        tx: Tx, shopper_id: str, inputs: PickupRescheduleInput
    ) -> PickupRescheduleSuccess:
        pickup = await commands.reschedule_pickup(tx, shopper_id, inputs.pickup_id, inputs.slot_id)
        return PickupRescheduleSuccess(pickup_id=pickup.id, return_id=pickup.return_id)

    @mutation(
        "Pay the shopper's part of a pickup fee (取件费用); a refund that waits for it goes on "
        "by itself. A payment that failed can be tried again, and none is charged twice.",
        refusals=[PickupFeeNotDue, PickupFeePaymentUnderWay],
        result="The payment, or why there is none.",
    )
    @staticmethod
    async def pickup_fee_pay(
        tx: Tx, shopper_id: str, inputs: PickupFeePayInput
    ) -> PickupFeePaySuccess:
        pickup = await commands.pay_fee(tx, shopper_id, inputs.pickup_id)
        return PickupFeePaySuccess(pickup_id=pickup.id, return_id=pickup.return_id)
