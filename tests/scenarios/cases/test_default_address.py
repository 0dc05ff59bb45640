"""A courier comes to where the order was delivered, never to the first address by its id."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.import_files import a_file, a_line
from tests.support.models import shanghai
from tests.support.order_files import import_orders
from tests.support.return_documents import BOOK
from tests.support.return_steps import ask, tap
from tests.support.webhook_sender import open_sender
from tests.support.world import World

SHOPPERS = 8
PLACES = {1: "旧家", 2: "新家"}
PICKUP = """query ($id: ID!) { node(id: $id) { ... on Return {
  pickup { address { street } } orderLine { order { shipTo { street recipient } } }
} } }"""
SLOTS = "query ($id: ID!) { pickupSlots(returnId: $id) { id capacityLeft } }"


def an_order(shopper: int, place: int) -> dict[str, Any]:
    day = 21 if place == 1 else 26
    return {
        "order_no": f"AD{shopper}-{place}",
        "shopper_no": f"ad{shopper}",
        "merchant_no": "linen-house",
        "currency": "CNY",
        "paid_at": f"2026-11-{day}T10:00:00+08:00",
        "shipped_at": f"2026-11-{day}T10:01:00+08:00",
        "delivered_at": f"2026-11-{day}T10:02:00+08:00",
        "lines": [a_line(category="womenswear")],
        "ship_to": {
            "recipient": "收件人",
            "phone": "13800000000",
            "region": "浙江省杭州市西湖区",
            "street": f"{PLACES[place]}{shopper}号",
        },
    }


@pytest.fixture
async def shop(server: World, tmp_path: Path) -> World:
    """Eight shoppers of five stars, who have moved between their two orders."""
    server.clock.at = shanghai("2026-11-27T10:00")
    orders = [an_order(shopper, place) for shopper in range(SHOPPERS) for place in PLACES]
    await import_orders(server, a_file(tmp_path, "orders.jsonl", *orders))
    async with open_sender(server) as sender:
        for shopper in range(SHOPPERS):
            facts = {"shopperId": f"sho_ad{shopper}", "level": 5}
            await sender.tell("staff", "star_level.decided", facts)
    return server


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("at_once", [True, False])
async def test_the_courier_comes_to_where_each_order_was_delivered(
    shop: World, place: int, at_once: bool
) -> None:
    for shopper in range(SHOPPERS):
        async with shop.client(f"sho_ad{shopper}") as app:
            wish: dict[str, Any] = {"pickup": {}} if at_once else {}
            answer = await tap(app, f"oli_AD{shopper}-{place}-1", **wish)
            return_id = answer["return"]["id"]
            assert (await app.ask(SLOTS, id=return_id))["pickupSlots"]
            if not at_once:
                await ask(app, BOOK, id=return_id)
            found = (await app.ask(PICKUP, id=return_id))["node"]
        there = f"{PLACES[place]}{shopper}号"
        assert found["pickup"]["address"] == {"street": there}
        assert found["orderLine"]["order"]["shipTo"] == {"street": there, "recipient": "收件人"}
