import pytest
import strawberry

from bff.core.refusal import InvalidInput
from bff.domain.orders.records import AddressForm
from bff.domain.pickups.bookings import PickupRequest
from resolvers.pickups.inputs import (
    AddressInput,
    PickupBookInput,
    PickupInput,
    pickup_request_of,
)

TEXTS = {
    "recipient": "张三",
    "phone": "13800000000",
    "region": "浙江省杭州市西湖区",
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


def test_a_new_address_is_stored_in_its_normal_form() -> None:
    typed = {
        "recipient": "  张三\t",
        "phone": "\u202a+86 138-0000-0000\u202c",
        "street": "文三路1号\n",
    }
    inputs = PickupInput(address=address(**typed))
    assert pickup_request_of(inputs).address == AddressForm(**TEXTS)


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("recipient", ["", " ", "\u3000", "a\nb", "\x00", "🌸", "x" * 81]),
        ("phone", ["", "1", "139", "12345678", "1" * 33, "138\x0000000000"]),
        ("region", ["", " ", "浙江\n杭州", "x", "浙江省", "朝阳区", "浙江省杭州市西湖区" * 9]),
        ("street", ["", "y", " y ", "a\x00b", "x" * 201]),
    ],
)
def test_each_field_of_an_address_is_refused_under_its_path(name: str, texts: list[str]) -> None:
    for text in texts:
        with pytest.raises(InvalidInput) as caught:
            pickup_request_of(PickupInput(address=address(**{name: text})), "pickup.")
        assert caught.value.field == f"pickup.address.{name}"


def test_an_area_code_names_the_place_where_the_region_does_not() -> None:
    inputs = PickupInput(address=address(region="西湖区", area_code="330106"))
    made = pickup_request_of(inputs).address
    assert made
    assert (made.region, made.area_code) == ("西湖区", "330106")
    with pytest.raises(InvalidInput) as caught:
        pickup_request_of(PickupInput(address=address(area_code="990101")))
    assert caught.value.field == "address.areaCode"


@pytest.mark.parametrize("path", ["", "pickup."])
def test_an_address_is_either_known_or_new(path: str) -> None:
    inputs = PickupInput(address_id=strawberry.ID("adr_1"), address=address())
    with pytest.raises(InvalidInput) as caught:
        pickup_request_of(inputs, path)
    assert caught.value.field == f"{path}address"
    assert caught.value.expected == "an address of yours or a new one, not both"
