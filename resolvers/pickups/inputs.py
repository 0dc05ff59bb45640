"""What a shopper says about pickups: also in the tap that opens a return."""

import strawberry
from pydantic import ValidationError
from strawberry.utils.str_converters import to_camel_case

from bff.core.refusal import InvalidField, InvalidInput
from bff.core.validation import validation_errors
from bff.domain.orders.records import AddressForm
from bff.domain.pickups.bookings import IfNotPossible, PickupRequest
from bff.locale.messages import N_
from resolvers.fields import attribute
from resolvers.mutation_fields import KEY, ReturnMutationInput, added

SLOT = "Of `pickupSlots`; as soon as possible by default."
ADDRESS_ID = (
    "Where to; by default where the order was delivered, or else the shopper's default address."
)
ADDRESS = "Or a new address, which is kept while the address book has room."
IF_NOT_POSSIBLE = "Where no courier can come then; the return is opened in any case."


@strawberry.input(description="A new address.")
class AddressInput:
    recipient: str = attribute("The recipient's name.")
    phone: str = attribute("The recipient's phone number; with + where it is not China's.")
    region: str = attribute("Province, city and district.")
    street: str = attribute("Street and house number.")
    area_code: str | None = added(
        None, "The place's code by GB/T 2260, six digits; by default that of the region."
    )


@strawberry.input(description="A door pickup.")
class PickupInput:
    slot_id: strawberry.ID | None = strawberry.field(default=None, description=SLOT)
    address_id: strawberry.ID | None = strawberry.field(default=None, description=ADDRESS_ID)
    address: AddressInput | None = strawberry.field(default=None, description=ADDRESS)
    if_not_possible: IfNotPossible | None = added(IfNotPossible.OFFER, IF_NOT_POSSIBLE)


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
        raise InvalidInput(f"{path}address", N_("an address of yours or a new one, not both"))
    address = address_form(inputs.address, f"{path}address") if inputs.address else None
    fallback = inputs.if_not_possible if isinstance(inputs, PickupInput) else None
    return PickupRequest(
        inputs.slot_id, inputs.address_id, address, path, fallback or IfNotPossible.OFFER
    )


def address_form(inputs: AddressInput, path: str) -> AddressForm:
    """In the form that it is stored in. Raises InvalidInput with every field that is wrong."""
    try:
        return AddressForm(**vars(inputs))
    except ValidationError as error:
        first, *others = (
            InvalidField(f"{path}.{to_camel_case(one.field)}", one.expected)
            for one in validation_errors(AddressForm, error)
        )
        raise InvalidInput(first.field, first.expected, others=others) from error
