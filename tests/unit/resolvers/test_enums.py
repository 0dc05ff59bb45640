from enum import StrEnum
from typing import Any, cast

import pytest
from strawberry.types.enum import StrawberryEnumDefinition

from bff.domain.pickups.model import CancelReason, FeeStatus
from bff.domain.returns.model import ReturnStatus
from resolvers import enums
from resolvers.messages.pickups import CANCEL_REASONS

DESCRIBED = [
    one
    for one in vars(enums).values()
    if isinstance(one, type) and issubclass(one, StrEnum) and one is not StrEnum
]


def definition(enum: type[StrEnum]) -> StrawberryEnumDefinition:
    return cast("StrawberryEnumDefinition", cast("Any", enum).__strawberry_definition__)


@pytest.mark.parametrize("enum", DESCRIBED, ids=lambda one: one.__name__)
def test_every_value_of_an_enum_is_described(enum: type[StrEnum]) -> None:
    described = {value.name: value.description for value in definition(enum).values}
    assert set(described) == {value.name for value in enum}
    assert all((text or "").strip() for text in described.values())
    assert (definition(enum).description or "").endswith(".")


def test_a_name_may_differ_from_the_domains() -> None:
    assert definition(FeeStatus).name == "PickupFeeStatus"
    assert definition(ReturnStatus).name == "ReturnStatus"


def test_a_description_can_be_the_values_message() -> None:
    [value] = [one for one in definition(CancelReason).values if one.name == "NO_COURIER"]
    assert value.description == CANCEL_REASONS[CancelReason.NO_COURIER]
