"""What a shopper says about pickups: also in the tap that opens a return."""

from dataclasses import fields

import strawberry

from bff.core.refusal import InvalidInput
from bff.domain.pickups.bookings import IfNotPossible, NewAddress, PickupRequest
from bff.locale.messages import N_
from resolvers.fields import attribute
from resolvers.mutation_fields import KEY, ReturnMutationInput

SLOT = "Of `pickupSlots`; as soon as possible by default."
ADDRESS_ID = "Where to; the shopper's first address by default."
ADDRESS = "Or a new address, which is kept."
IF_NOT_POSSIBLE = "Where no courier can come then; the return is opened in any case."
MAX_LENGTHS = {"recipient": 80, "phone": 32, "region": 80, "street": 200}


@strawberry.input(description="A new address.")
class AddressInput:
    recipient: str = attribute("The recipient's name.")
    phone: str = attribute("The recipient's phone number.")
    region: str = attribute("Province, city and district.")
    street: str = attribute("Street and house number.")


@strawberry.input(description="A door pickup.")
class PickupInput:
    slot_id: strawberry.ID | None = strawberry.field(default=None, description=SLOT)
    address_id: strawberry.ID | None = strawberry.field(default=None, description=ADDRESS_ID)
    address: AddressInput | None = strawberry.field(default=None, description=ADDRESS)
    if_not_possible: IfNotPossible | None = strawberry.field(
        default=IfNotPossible.OFFER, description=IF_NOT_POSSIBLE
    )


@strawberry.input(description="The return to be picked up.")
class PickupBookInput(ReturnMutationInput):
    slot_id: strawberry.ID | None = strawberry.field(default=None, description=SLOT)
    address_id: strawberry.ID | None = strawberry.field(default=None, description=ADDRESS_ID)
    address: AddressInput | None = strawberry.field(default=None, description=ADDRESS)


@strawberry.input
class PickupMutationInput:
    idempotency_key: str = attribute(KEY)
    pickup_id: strawberry.ID = attribute("The pickup's id.")


@strawberry.input(description="The pickup to cancel.")
class PickupCancelInput(PickupMutationInput):
    pass


@strawberry.input(description="The pickup to reschedule, and its new slot.")
class PickupRescheduleInput(PickupMutationInput):
    slot_id: strawberry.ID | None = strawberry.field(default=None, description=SLOT)


@strawberry.input(description="The pickup whose fee is paid.")
class PickupFeePayInput(PickupMutationInput):
    pass


def pickup_request_of(inputs: PickupInput | PickupBookInput, path: str = "") -> PickupRequest:
    """`path` leads to the input. Raises InvalidInput."""
    if inputs.address_id is not None and inputs.address:
        raise InvalidInput(f"{path}address", N_("either addressId or address, not both"))
    address = _new_address(inputs.address, path) if inputs.address else None
    fallback = inputs.if_not_possible if isinstance(inputs, PickupInput) else None
    return PickupRequest(
        inputs.slot_id, inputs.address_id, address, path, fallback or IfNotPossible.OFFER
    )


def _new_address(inputs: AddressInput, path: str) -> NewAddress:
    texts = {one.name: getattr(inputs, one.name).strip() for one in fields(NewAddress)}
    for name, text in texts.items():
        if not 1 <= len(text) <= MAX_LENGTHS[name] or not text.isprintable():
            most = {"most": MAX_LENGTHS[name]}
            raise InvalidInput(f"{path}address.{name}", N_("1 to {most} characters"), most)
    return NewAddress(**texts)
