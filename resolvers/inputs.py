"""The mutations' inputs, and their way into the domain's commands."""

from dataclasses import fields
from typing import Any, ClassVar, Protocol

import strawberry
from msgspec import to_builtins

from bff.core.refusal import InvalidInput
from bff.domain.pickups.bookings import NewAddress, PickupWish
from bff.domain.returns.commands.express_refund import Part
from bff.locale.messages import N_
from resolvers.fields import attribute

KEY = "Yours to choose, anew for every tap: the same key and input give the same answer again."
SLOT = "Of `pickupSlots`; as soon as possible by default."
ADDRESS_ID = "Where to; the shopper's first address by default."
ADDRESS = "Or a new address, which is kept."
LENGTHS = {"recipient": 80, "phone": 32, "region": 80, "street": 200}


@strawberry.input(description="A new address.")
class AddressInput:
    recipient: str = attribute("Who is there.")
    phone: str = attribute("How to reach them.")
    region: str = attribute("Province, city and district.")
    street: str = attribute("The rest of the address.")


@strawberry.input
class OfReturn:
    idempotency_key: str = attribute(KEY)
    return_id: strawberry.ID = attribute("Which return.")


@strawberry.input
class OfPickup:
    idempotency_key: str = attribute(KEY)
    pickup_id: strawberry.ID = attribute("Which pickup.")


@strawberry.input(description="A courier is to come.")
class PickupInput:
    slot_id: strawberry.ID | None = strawberry.field(default=None, description=SLOT)
    address_id: strawberry.ID | None = strawberry.field(default=None, description=ADDRESS_ID)
    address: AddressInput | None = strawberry.field(default=None, description=ADDRESS)


@strawberry.input(description="What goes back, and whether a courier is to come.")
class OneTapReturnInput:
    idempotency_key: str = attribute(KEY)
    order_line_id: strawberry.ID = attribute("What goes back.")
    quantity: int | None = strawberry.field(
        default=None, description="How many; all that are left by default."
    )
    pickup: PickupInput | None = strawberry.field(
        default=None, description="Null: the shopper ships the goods and submits the waybill."
    )


@strawberry.input(description="Which return is called off.")
class ReturnCancelInput(OfReturn):
    pass


@strawberry.input(description="For which return a courier is to come.")
class PickupBookInput(OfReturn):
    slot_id: strawberry.ID | None = strawberry.field(default=None, description=SLOT)
    address_id: strawberry.ID | None = strawberry.field(default=None, description=ADDRESS_ID)
    address: AddressInput | None = strawberry.field(default=None, description=ADDRESS)


@strawberry.input(description="Which courier need not come.")
class PickupCancelInput(OfPickup):
    pass


@strawberry.input(description="Under which number the goods travel.")
class WaybillSubmitInput(OfReturn):
    courier_company: str = attribute("The courier company's code.")
    waybill_number: str = attribute("The company's number, without spaces.")


@strawberry.input(description="Another time for a pickup.")
class PickupRescheduleInput(OfPickup):
    slot_id: strawberry.ID | None = strawberry.field(default=None, description=SLOT)


@strawberry.input(description="Which pickup's fee is paid.")
class PickupFeePayInput(OfPickup):
    pass


@strawberry.input(description="Goods of an order, to be refunded before they are shipped.")
class RefundLineInput:
    order_line_id: strawberry.ID = attribute("Which goods.")
    quantity: int | None = strawberry.field(
        default=None, description="How many; all that are left by default."
    )


@strawberry.input(description="What is refunded without being sent.")
class RefundOpenInput:
    idempotency_key: str = attribute(KEY)
    order_id: strawberry.ID = attribute("Which order.")
    lines: list[RefundLineInput] | None = strawberry.field(
        default=None,
        description="Part of the order; all of it by default. Postage goes with the last goods.",
    )


@strawberry.input(description="Which refusal the shopper objects to.")
class DisputeOpenInput(OfReturn):
    pass


@strawberry.input(description="Which advance is paid back.")
class RefundRepayInput(OfReturn):
    pass


class Input(Protocol):
    """A mutation's input: a strawberry input with a key."""

    __dataclass_fields__: ClassVar[dict[str, Any]]
    idempotency_key: str


def parts_of(given: RefundOpenInput) -> list[Part] | None:
    if given.lines is None:
        return None
    return [Part(line.order_line_id, line.quantity) for line in given.lines]


def facts_of(given: Input) -> dict[str, Any]:
    """The input without its key: what the same key must come with again."""
    facts: dict[str, Any] = to_builtins(given)
    del facts["idempotency_key"]
    return facts


def wish_of(given: PickupInput | PickupBookInput, path: str = "") -> PickupWish:
    """Raises InvalidInput."""
    if given.address_id is not None and given.address:
        raise InvalidInput(f"{path}address", N_("either addressId or address, not both"))
    address = _address(given.address, path) if given.address else None
    return PickupWish(given.slot_id, given.address_id, address, path)


def _address(given: AddressInput, path: str) -> NewAddress:
    for one in fields(NewAddress):
        text = getattr(given, one.name).strip()
        if not 1 <= len(text) <= LENGTHS[one.name] or not text.isprintable():
            most = {"most": LENGTHS[one.name]}
            raise InvalidInput(f"{path}address.{one.name}", N_("1 to {most} characters"), most)
    return NewAddress(
        given.recipient.strip(), given.phone.strip(), given.region.strip(), given.street.strip()
    )
