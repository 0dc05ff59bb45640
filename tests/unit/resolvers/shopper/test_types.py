from datetime import timedelta
from typing import Any

import pytest
from graphql import GraphQLError

from bff.domain.returns.commands.returns import TapRequest, one_tap
from resolvers.shopper.types import viewer
from tests.support.database import statements
from tests.support.factories import create_order, create_shopper
from tests.support.views import context_of, run
from tests.support.world import START, World

ORDERS = """
query($first: Int!, $after: String) { viewer { orders(first: $first, after: $after) {
  nodes { number merchant { name } } edges { cursor node { number } } totalCount
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
} } }"""
RETURNS = """
query($first: Int!, $after: String) { viewer { returns(first: $first, after: $after) {
  nodes { id } totalCount pageInfo { hasNextPage endCursor }
} } }"""


async def page(world: World, document: str, shopper: str, **variables: Any) -> Any:
    [connection] = (await run(document, context_of(world, shopper), **variables))["viewer"].values()
    return connection


async def open_return(world: World, shopper: str) -> str:
    [line] = await create_order(world.db, shopper, received_at=START)
    return (await world.db.write(lambda tx: one_tap(tx, shopper, TapRequest(line)))).return_id


async def test_the_viewer_is_the_tokens_shopper(world: World) -> None:
    shopper = await create_shopper(world.db)
    assert (await viewer(context_of(world, shopper))).id == shopper


@pytest.mark.parametrize("shopper", [None, "sho_unknown"])
async def test_a_token_of_nobody_shows_no_viewer(world: World, shopper: str | None) -> None:
    with pytest.raises(GraphQLError) as caught:
        await viewer(context_of(world, shopper))
    assert caught.value.extensions == {"code": "UNAUTHENTICATED"}


async def test_orders_are_paged_newest_first_without_gaps_or_repeats(world: World) -> None:
    shopper = await create_shopper(world.db)
    for days in range(5):
        await create_order(world.db, shopper, received_at=START - timedelta(days=days))
    whole = await page(world, ORDERS, shopper, first=100)
    numbers = [one["number"] for one in whole["nodes"]]
    assert (len(numbers), whole["totalCount"]) == (5, 5)
    paged: list[str] = []
    after = None
    for more in (True, True, False):
        part = await page(world, ORDERS, shopper, first=2, after=after)
        info = part["pageInfo"]
        assert info["endCursor"] == part["edges"][-1]["cursor"]
        assert (info["hasPreviousPage"], info["hasNextPage"]) == (bool(paged), more)
        paged += [one["number"] for one in part["nodes"]]
        after = info["endCursor"]
    assert paged == numbers


async def test_merchants_come_with_their_orders(world: World) -> None:
    shopper = await create_shopper(world.db)
    await create_order(world.db, shopper, received_at=START)
    with statements(world.db) as seen:
        await page(world, ORDERS, shopper, first=10)
    assert not [sql for sql in seen if sql.lstrip().startswith("SELECT merchants")]


async def test_returns_are_the_shoppers_own(world: World) -> None:
    shopper, other = await create_shopper(world.db), await create_shopper(world.db)
    own = {await open_return(world, owner) for owner in (shopper, shopper)}
    await open_return(world, other)
    shown = await page(world, RETURNS, shopper, first=100)
    assert {one["id"] for one in shown["nodes"]} == own
    assert (shown["totalCount"], shown["pageInfo"]["hasNextPage"]) == (2, False)
    first = await page(world, RETURNS, shopper, first=1)
    assert first["pageInfo"]["hasNextPage"] is True


async def test_an_empty_list_has_no_cursors(world: World) -> None:
    shown = await page(world, ORDERS, await create_shopper(world.db), first=1)
    assert (shown["nodes"], shown["edges"], shown["totalCount"]) == ([], [], 0)
    assert (shown["pageInfo"]["startCursor"], shown["pageInfo"]["endCursor"]) == (None, None)


async def test_addresses_and_entitlements_are_the_shoppers(world: World) -> None:
    shopper = await create_shopper(world.db, level=5)
    document = "{ viewer { nickname addresses { region } entitlements { granted } } }"
    shown = (await run(document, context_of(world, shopper)))["viewer"]
    assert (shown["nickname"], len(shown["addresses"])) == (shopper, 1)
    assert all(one["granted"] for one in shown["entitlements"])
