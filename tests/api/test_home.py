"""The home screen: many fields, few statements."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.client import Client
from tests.support.database import statements
from tests.support.factories import Goods, create_order, create_shopper
from tests.support.world import START, World

HOME = """
query Home($first: Int! = 20) {
  viewer {
    nickname
    starLevel {
      level since score
      next { level missing message }
      factors { code title description value points maxPoints }
      history { from to at cause message }
    }
    entitlements { code title description granted unlockedAt }
    orders(first: $first) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes {
        id number status paidAt shippedAt receivedAt
        paid { minor display }
        merchant { id name pilot }
        lines {
          id sku title quantity returnableQuantity
          category { code title }
          unitPrice { display }
          paid { minor currency display }
          returnability {
            returnable express message until
            rules { code title passed why basis neededFor deadline }
            refundQuote { quantity refund { minor display } advance message }
            pickupQuote { fee { minor } payer reason shopperPays { minor display } }
          }
        }
      }
    }
  }
}"""

PARENTS = """
{
  viewer {
    orders(first: 100) { nodes { lines { returnableQuantity order { merchant { name } } } } }
  }
}
"""


async def create_orders(world: World, shopper: str, orders: int, lines: int) -> None:
    """Of several merchants, received on several days."""
    for number in range(orders):
        received_at = START - timedelta(days=number % 10)
        merchant = ("linen-house", "silk-road", "corner-shop")[number % 3]
        goods = [Goods()] * lines
        await create_order(world.db, shopper, goods, received_at=received_at, merchant=merchant)


async def home_of(world: World, app: Client, document: str) -> tuple[list[str], Any]:
    """The statements and the data, once the policy is known."""
    await app.ask("{ viewer { entitlements { code } } }")
    with statements(world.db) as seen:
        data = await app.ask(document)
    return seen, data["viewer"]


@pytest.mark.parametrize("lines", [1, 5])
@pytest.mark.parametrize("orders", [1, 5, 20])
async def test_the_home_screen_takes_five_statements_for_any_number_of_orders(
    server: World, orders: int, lines: int
) -> None:
    """Shopper, stars, the page with its merchants, count, the lines with what was returned."""
    shopper = await create_shopper(server.db, level=4)
    await create_orders(server, shopper, orders, lines)
    async with server.client(shopper) as app:
        seen, viewer = await home_of(server, app, HOME)
    assert len(seen) == 5, seen
    nodes = viewer["orders"]["nodes"]
    assert [len(order["lines"]) for order in nodes] == [lines] * orders


async def test_the_home_screen_shows_level_entitlements_and_every_rule(server: World) -> None:
    shopper = await create_shopper(server.db, level=3)
    await create_orders(server, shopper, orders=1, lines=1)
    async with server.client(shopper) as app:
        _, viewer = await home_of(server, app, HOME)
    granted = {one["code"]: one["granted"] for one in viewer["entitlements"]}
    line = viewer["orders"]["nodes"][0]["lines"][0]
    assert viewer["starLevel"]["next"]["level"] == 4
    assert (granted["EXPRESS_RETURN"], granted["FREE_PICKUP"]) == (True, False)
    assert len(line["returnability"]["rules"]) == 9
    assert line["returnability"]["express"] is True
    assert line["returnability"]["refundQuote"]["refund"]["minor"] == 19_900
    assert line["returnability"]["pickupQuote"]["shopperPays"]["minor"] == 1_200


@pytest.mark.parametrize(("orders", "lines"), [(1, 1), (100, 10)])
async def test_a_level_costs_one_statement_for_one_parent_or_a_thousand(
    server: World, orders: int, lines: int
) -> None:
    """Shopper, the page with its merchants, the lines with what was returned."""
    shopper = await create_shopper(server.db)
    await create_orders(server, shopper, orders, lines)
    async with server.client(shopper) as app:
        seen, viewer = await home_of(server, app, PARENTS)
    assert len(seen) == 3, seen
    parents = [line for order in viewer["orders"]["nodes"] for line in order["lines"]]
    assert len(parents) == orders * lines
