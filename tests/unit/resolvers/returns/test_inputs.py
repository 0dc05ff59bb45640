import pytest
import strawberry

from bff.core.refusal import InvalidInput
from bff.domain.pickups.bookings import PickupRequest
from bff.domain.returns.commands.returns import TapRequest
from resolvers.pickups.inputs import AddressInput, PickupInput
from resolvers.returns.inputs import OneTapReturnInput, tap_of

LINE = strawberry.ID("oli_1-1")


def test_without_a_pickup_the_shopper_ships_the_goods() -> None:
    inputs = OneTapReturnInput(idempotency_key="k", order_line_id=LINE)
    assert tap_of(inputs) == TapRequest(LINE, None, None)


def test_an_empty_pickup_is_a_wish_all_the_same() -> None:
    inputs = OneTapReturnInput(
        idempotency_key="k", order_line_id=LINE, quantity=2, pickup=PickupInput()
    )
    assert tap_of(inputs) == TapRequest(LINE, 2, PickupRequest(None, None, None, "pickup."))


def test_a_refused_address_is_named_by_its_path_in_the_tap() -> None:
    address = AddressInput(recipient=" ", phone="1", region="x", street="y")
    inputs = OneTapReturnInput(
        idempotency_key="k", order_line_id=LINE, pickup=PickupInput(address=address)
    )
    with pytest.raises(InvalidInput) as caught:
        tap_of(inputs)
    assert caught.value.field == "pickup.address.recipient"
