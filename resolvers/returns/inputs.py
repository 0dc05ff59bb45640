"""What a shopper says about returns."""

import strawberry

from bff.domain.returns.commands.returns import TapRequest
from resolvers.fields import attribute
from resolvers.mutation_fields import KEY, ReturnMutationInput
from resolvers.pickups.inputs import PickupInput, pickup_request_of


@strawberry.input(description="What is returned, and whether it is picked up.")
class OneTapReturnInput:
    idempotency_key: str = attribute(KEY)
    order_line_id: strawberry.ID = attribute("The order line to return.")
    quantity: int | None = strawberry.field(
        default=None, description="How many; all that are left by default."
    )
    pickup: PickupInput | None = strawberry.field(
        default=None, description="Null: the shopper ships the goods and submits the waybill."
    )


@strawberry.input(description="The return to cancel.")
class ReturnCancelInput(ReturnMutationInput):
    pass


@strawberry.input(description="The waybill of a return.")
class WaybillSubmitInput(ReturnMutationInput):
    courier_company: str = attribute("The courier company's code or name: any.")
    waybill_number: str = attribute("The company's number, as it is printed or typed.")


@strawberry.input(description="The return that the photo belongs to.")
class EvidenceUploadOpenInput(ReturnMutationInput):
    pass


@strawberry.input(description="The photo to remove.")
class PhotoRemoveInput:
    idempotency_key: str = attribute(KEY)
    photo_id: strawberry.ID = attribute("The photo's id.")


def tap_of(inputs: OneTapReturnInput) -> TapRequest:
    """Raises InvalidInput."""
    pickup = pickup_request_of(inputs.pickup, "pickup.") if inputs.pickup else None
    return TapRequest(inputs.order_line_id, inputs.quantity, pickup)
