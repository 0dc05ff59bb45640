"""What mutations about pickups answer."""

from typing import Annotated

import strawberry

from loaders.returns import pickups_by_id
from resolvers.fields import loaded
from resolvers.mutation_results import AnyRefusal, OfReturn
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
from resolvers.returns.types import Pickup
from resolvers.returns.user_errors import ReturnNotAwaitingShipment


@strawberry.type
class OfPickup(OfReturn):
    pickup_id: strawberry.Private[str]
    pickup: Pickup = loaded(pickups_by_id, by="pickup_id", description="The pickup.")


@strawberry.type(description="The courier company has been told.")
class PickupBookSuccess(OfPickup):
    pass


@strawberry.type(description="The pickup is called off.")
class PickupCancelSuccess(OfPickup):
    pass


@strawberry.type(description="The courier company has been asked for another time.")
class PickupRescheduleSuccess(OfPickup):
    pass


@strawberry.type(description="The payment is under way; the refund goes on by itself once paid.")
class PickupFeePaySuccess(OfPickup):
    pass


PickupBookResult = Annotated[
    PickupBookSuccess
    | ReturnNotAwaitingShipment
    | PickupBookedAlready
    | PickupNotOffered
    | AddressNeeded
    | SlotFull
    | SlotPast
    | SlotNotOffered
    | AnyRefusal,
    strawberry.union("PickupBookResult", description="The pickup, or why there is none."),
]
PickupCancelResult = Annotated[
    PickupCancelSuccess | PickupNotCancellable | AnyRefusal,
    strawberry.union("PickupCancelResult", description="The pickup, or why it still stands."),
]
PickupRescheduleResult = Annotated[
    PickupRescheduleSuccess
    | PickupNotReschedulable
    | SlotFull
    | SlotPast
    | SlotNotOffered
    | AnyRefusal,
    strawberry.union("PickupRescheduleResult", description="The pickup, or why it stays."),
]
PickupFeePayResult = Annotated[
    PickupFeePaySuccess | PickupFeeNotDue | PickupFeePaymentUnderWay | AnyRefusal,
    strawberry.union("PickupFeePayResult", description="The payment, or why there is none."),
]
