"""`node` and `nodes`: every object by its id, for those who may see it."""

from typing import Any

import pytest

from tests.support.database import nothing_changes
from tests.support.factories import create_address, create_shopper
from tests.support.return_steps import ask, buy, open_return
from tests.support.world import World

MINE = """
{
  viewer {
    __typename id
    addresses { __typename id }
    orders { nodes { __typename id merchant { __typename id } lines { __typename id } } }
    returns {
      nodes {
        __typename id
        returnAddress { __typename id } pickup { __typename id } refund { __typename id }
      }
    }
  }
}"""
NODE = "query($id: ID!) { node(id: $id) { __typename id } }"
NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
TYPES = ["Shopper", "Address", "Order", "Merchant", "OrderLine", "Return", "Pickup", "Refund"]
UNKNOWN = [
    "",
    "_",
    "unknown",
    "ret",
    "ret_",
    "ret_unknown",
    "RET_unknown",
    "pol_2016-pilot",
    "oli_",
    "oli_T000001",
    "oli_T000001-",
    "oli_T000001-x",
    "oli_T000001-99999999999999999999",
    "oli_-1",
    "sho_' OR 1=1 --",
    "ord_\u0000",
    "mer_" + "x" * 10_000,
]


async def all_of_mine(world: World, shopper: str) -> dict[str, list[str]]:
    """The ids of a shopper's things, by type; the return address comes last."""
    async with world.client(shopper) as app:
        await open_return(app, await buy(world, shopper), pickup={})
        viewer = (await app.ask(MINE))["viewer"]
    found: dict[str, list[str]] = {}
    for one in nodes_in(viewer):
        found.setdefault(one["__typename"], []).append(one["id"])
    return found


def nodes_in(tree: Any) -> list[dict[str, str]]:
    if isinstance(tree, list):
        return [node for one in tree for node in nodes_in(one)]
    if not isinstance(tree, dict):
        return []
    below = [node for one in tree.values() for node in nodes_in(one)]
    return [tree, *below] if "id" in tree else below


async def test_an_object_of_every_type_is_found_by_its_id(server: World) -> None:
    shopper = await create_shopper(server.db)
    found = await all_of_mine(server, shopper)
    assert sorted(found) == sorted(TYPES)
    async with server.client(shopper) as app:
        for kind, identifiers in found.items():
            for one in identifiers:
                assert await ask(app, NODE, id=one) == {"__typename": kind, "id": one}


async def test_objects_of_another_shopper_are_null(server: World) -> None:
    found = await all_of_mine(server, await create_shopper(server.db))
    [own_address, return_address] = found.pop("Address")
    shops = [*found.pop("Merchant"), return_address]
    own = [own_address, *(one for identifiers in found.values() for one in identifiers)]
    assert len(own) == 7
    stranger = await create_shopper(server.db)
    async with server.client(stranger) as app, nothing_changes(server):
        assert await ask(app, NODES, ids=own) == [None] * len(own)
        assert [one["id"] for one in await ask(app, NODES, ids=shops)] == shops


async def test_without_a_token_every_node_is_null(server: World) -> None:
    found = await all_of_mine(server, await create_shopper(server.db))
    everything = [one for identifiers in found.values() for one in identifiers]
    async with server.client(None) as app:
        assert await ask(app, NODES, ids=everything) == [None] * len(everything)


async def test_nodes_come_in_the_order_of_the_ids(server: World) -> None:
    shopper = await create_shopper(server.db)
    lines = [await buy(server, shopper) for _ in range(3)]
    ids = [lines[2], "oli_unknown-1", lines[0], shopper, lines[2], "", lines[1]]
    async with server.client(shopper) as app:
        found = await ask(app, NODES, ids=ids)
    assert [one and one["id"] for one in found] == [
        lines[2],
        None,
        lines[0],
        shopper,
        lines[2],
        None,
        lines[1],
    ]


async def test_an_unknown_id_is_null(server: World) -> None:
    shopper = await create_shopper(server.db)
    async with server.client(shopper) as app:
        assert await ask(app, NODES, ids=UNKNOWN) == [None] * len(UNKNOWN)
        assert await ask(app, NODES, ids=[]) == []


@pytest.mark.parametrize(("count", "refused"), [(100, False), (101, True)])
async def test_nodes_takes_at_most_a_hundred_ids(server: World, count: int, refused: bool) -> None:
    shopper = await create_shopper(server.db)
    async with server.client(shopper) as app:
        answer = await app.answer(NODES, ids=[shopper] * count)
    if refused:
        assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "argument": "ids"}
    else:
        assert len(answer["data"]["nodes"]) == count


async def test_another_shoppers_new_address_stays_theirs(server: World) -> None:
    shopper, stranger = [await create_shopper(server.db) for _ in range(2)]
    address = await create_address(server.db, shopper)
    async with server.client(shopper) as mine, server.client(stranger) as theirs:
        assert (await ask(mine, NODE, id=address))["id"] == address
        assert await ask(theirs, NODE, id=address) is None
