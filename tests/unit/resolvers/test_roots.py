from typing import Any

import pytest
from graphql import GraphQLError

from resolvers.nodes import MAX_NODES
from tests.support.factories import create_address, create_shopper
from tests.support.views import context_of, run
from tests.support.world import World

NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
SLOTS = """
query($return: ID, $address: ID, $on: Date) {
  pickupSlots(returnId: $return, addressId: $address, on: $on) { kind startsAt }
}"""


async def ask(world: World, shopper: str | None, document: str, **variables: Any) -> Any:
    [value] = (await run(document, context_of(world, shopper), **variables)).values()
    return value


async def test_the_viewer_is_a_node(world: World) -> None:
    shopper = await create_shopper(world.db)
    viewer = await ask(world, shopper, "{ viewer { __typename id } }")
    assert viewer == {"__typename": "Shopper", "id": shopper}
    assert await ask(world, shopper, NODES, ids=[shopper]) == [viewer]


async def test_so_many_nodes_and_no_more(world: World) -> None:
    shopper = await create_shopper(world.db)
    assert await ask(world, shopper, NODES, ids=["x"] * MAX_NODES) == [None] * MAX_NODES
    with pytest.raises(GraphQLError, match="at most 100 entries") as caught:
        await ask(world, shopper, NODES, ids=["x"] * (MAX_NODES + 1))
    assert caught.value.extensions == {"code": "BAD_USER_INPUT", "argument": "ids"}


async def test_nodes_share_the_rows_of_an_operation(world: World) -> None:
    document = (
        "query($ids: [ID!]!) {"
        + " ".join(f"{alias}: nodes(ids: $ids) {{ id }}" for alias in "abcd")
        + "}"
    )
    with pytest.raises(GraphQLError, match="at most 300"):
        await run(document, context_of(world, "sho_1"), ids=["x"] * MAX_NODES)


async def test_slots_of_a_day_at_an_address(world: World) -> None:
    shopper = await create_shopper(world.db)
    address = await create_address(world.db, shopper)
    slots = await ask(world, shopper, SLOTS, address=address, on="2026-03-11")
    assert slots[0] == {"kind": "WINDOW", "startsAt": "2026-03-11T09:00:00.000+08:00"}


async def test_a_preview_shows_the_level_that_was_wanted(world: World) -> None:
    shopper = await create_shopper(world.db, level=2)
    document = "{ entitlementPreview(level: 4) { level now } }"
    assert await ask(world, shopper, document) == {"level": 4, "now": 2}
