from typing import Any

import pytest

from tests.support.factories import create_shopper
from tests.support.invalid_values import ADDRESS
from tests.support.views import context_of, run
from tests.support.world import World

CREATE = """
mutation ($key: String!, $address: AddressInput!) {
  addressCreate(input: { idempotencyKey: $key, address: $address }) {
    __typename
    ... on AddressCreateSuccess { replayed address { id } shopper { addresses { id } } }
    ... on InvalidInput { field errors { field } }
  }
}"""


async def create(world: World, shopper: str, **changes: Any) -> Any:
    variables = {"key": "k", "address": ADDRESS | changes}
    return (await run(CREATE, context_of(world, shopper), **variables))["addressCreate"]


async def test_a_success_is_made_again_from_what_is_stored_under_its_key(world: World) -> None:
    shopper = await create_shopper(world.db, address=False)
    made = await create(world, shopper)
    assert made["shopper"]["addresses"] == [made["address"]]
    assert await create(world, shopper) == made | {"replayed": True}


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"phone": "1"}, ["address.phone"]),
        ({"street": "", "recipient": " "}, ["address.recipient", "address.street"]),
        ({"areaCode": "1", "region": "x"}, ["address.areaCode", "address.region"]),
    ],
)
async def test_each_wrong_field_is_named_under_its_path(
    world: World, changes: dict[str, str], fields: list[str]
) -> None:
    shopper = await create_shopper(world.db, address=False)
    refused = await create(world, shopper, **changes)
    assert [one["field"] for one in refused["errors"]] == fields
    assert refused["field"] == fields[0]
