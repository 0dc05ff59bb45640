from typing import Any

import pytest
from graphql import GraphQLError

from tests.support.database import statements
from tests.support.factories import Goods, create_order, create_shopper
from tests.support.views import context_of, run
from tests.support.world import START, World

LINES = """
query($quantity: Int) {
  viewer { orders { nodes {
    number status paid { minor currency } merchant { name pilot }
    lines { title category { code title } returnableQuantity order { number }
      returnability(quantity: $quantity) { returnable express } }
  } } }
}"""


async def orders(world: World, shopper: str, **variables: Any) -> list[Any]:
    data = await run(LINES, context_of(world, shopper), **variables)
    nodes: list[Any] = data["viewer"]["orders"]["nodes"]
    return nodes


async def test_an_order_has_what_was_paid_for_all_its_lines(world: World) -> None:
    shopper = await create_shopper(world.db)
    goods = [Goods(paid_minor=19_900), Goods(category="shoes", paid_minor=101)]
    await create_order(world.db, shopper, goods, received_at=START)
    [order] = await orders(world, shopper)
    assert order["paid"] == {"minor": 20_001, "currency": "CNY"}
    assert (order["status"], len(order["lines"])) == ("RECEIVED", 2)
    assert {line["order"]["number"] for line in order["lines"]} == {order["number"]}


@pytest.mark.parametrize(("shipped", "status"), [(False, "PAID"), (True, "SHIPPED")])
async def test_an_order_is_paid_then_shipped(world: World, shipped: bool, status: str) -> None:
    shopper = await create_shopper(world.db)
    await create_order(world.db, shopper, received_at=None, shipped=shipped)
    [shown] = await orders(world, shopper)
    assert shown["status"] == status
    assert shown["lines"][0]["returnability"] == {"returnable": False, "express": False}


async def test_merchants_of_the_pilot_are_marked(world: World) -> None:
    shopper = await create_shopper(world.db)
    for merchant in ("linen-house", "corner-shop"):
        await create_order(world.db, shopper, received_at=START, merchant=merchant)
    shown = await orders(world, shopper)
    assert {one["merchant"]["name"]: one["merchant"]["pilot"] for one in shown} == {
        "linen-house": True,
        "corner-shop": False,
    }


async def test_a_category_has_its_title_in_the_clients_language(world: World) -> None:
    shopper = await create_shopper(world.db)
    await create_order(world.db, shopper, received_at=START)
    [english] = (await orders(world, shopper))[0]["lines"]
    data = await run(LINES, context_of(world, shopper, "zh"))
    [chinese] = data["viewer"]["orders"]["nodes"][0]["lines"]
    assert english["category"]["code"] == chinese["category"]["code"] == "womenswear"
    assert english["category"]["title"] != chinese["category"]["title"]


@pytest.mark.parametrize("quantity", [0, -1])
async def test_a_quantity_below_one_is_an_argument_error(world: World, quantity: int) -> None:
    shopper = await create_shopper(world.db)
    await create_order(world.db, shopper, received_at=START)
    with pytest.raises(GraphQLError, match="a whole number from 1 up") as caught:
        await orders(world, shopper, quantity=quantity)
    assert caught.value.extensions == {"code": "BAD_USER_INPUT", "argument": "quantity"}


async def test_more_orders_take_no_more_statements(world: World) -> None:
    shopper = await create_shopper(world.db)
    counts = []
    for _ in range(3):
        await create_order(world.db, shopper, [Goods(), Goods()], received_at=START)
        with statements(world.db) as seen:
            await orders(world, shopper)
        counts.append(len(seen))
    assert len(set(counts)) == 1
