from dataclasses import fields

import pytest
import strawberry

from bff.core.refusal import InvalidInput
from bff.domain.pickups.bookings import NewAddress, PickupRequest
from resolvers.pickups.inputs import (
    MAX_LENGTHS,
    AddressInput,
    PickupBookInput,
    PickupInput,
    pickup_request_of,
)

TEXTS = {
    "recipient": "张三",
    "phone": "13800000000",
    "region": "浙江省杭州市",
    "street": "文三路1号",
}


def address(**texts: str) -> AddressInput:
    return AddressInput(**TEXTS | texts)


def test_a_pickup_can_leave_everything_to_the_defaults() -> None:
    assert pickup_request_of(PickupInput()) == PickupRequest(None, None, None, "")


def test_slot_address_and_path_are_handed_on() -> None:
    inputs = PickupBookInput(
        idempotency_key="k",
        return_id=strawberry.ID("ret_1"),
        slot_id=strawberry.ID("asap"),
        address_id=strawberry.ID("adr_1"),
    )
    assert pickup_request_of(inputs, "pickup.") == PickupRequest("asap", "adr_1", None, "pickup.")


def test_a_new_address_is_trimmed() -> None:
    inputs = PickupInput(address=address(recipient="  张三\t", street=" 文三路1号 "))
    assert pickup_request_of(inputs).address == NewAddress(**TEXTS)


def test_every_part_of_an_address_has_a_length() -> None:
    assert set(MAX_LENGTHS) == {one.name for one in fields(NewAddress)}


@pytest.mark.parametrize("name", sorted(MAX_LENGTHS))
def test_a_part_may_be_as_long_as_its_length_and_no_longer(name: str) -> None:
    longest = "x" * MAX_LENGTHS[name]
    request = pickup_request_of(PickupInput(address=address(**{name: f" {longest} "})))
    assert getattr(request.address, name) == longest
    with pytest.raises(InvalidInput) as caught:
        pickup_request_of(PickupInput(address=address(**{name: longest + "x"})))
    assert (caught.value.field, caught.value.facts) == (
        f"address.{name}",
        {"most": MAX_LENGTHS[name]},
    )


@pytest.mark.parametrize("text", ["", " ", "\u3000", "a\nb", "a\u200bb", "\x00"])
@pytest.mark.parametrize("name", sorted(MAX_LENGTHS))
def test_a_part_that_is_blank_or_unprintable_is_refused_under_its_path(
    name: str, text: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        pickup_request_of(PickupInput(address=address(**{name: text})), "pickup.")
    assert caught.value.field == f"pickup.address.{name}"


@pytest.mark.parametrize("path", ["", "pickup."])
def test_an_address_is_either_known_or_new(path: str) -> None:
    inputs = PickupInput(address_id=strawberry.ID("adr_1"), address=address())
    with pytest.raises(InvalidInput) as caught:
        pickup_request_of(inputs, path)
    assert caught.value.field == f"{path}address"
    assert caught.value.expected == "either addressId or address, not both"
