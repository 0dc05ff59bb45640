"""Where an order is delivered is known from whatever says so first, and stays."""

from pathlib import Path
from typing import Any

import pytest

from bff.domain.orders.store import find_address
from tests.support.import_files import AN_ADDRESS, a_file, an_order
from tests.support.order_files import import_orders
from tests.support.rows import order_under
from tests.support.webhook_sender import open_sender
from tests.support.world import World

HOME = AN_ADDRESS | {"region": "上海市杨浦区"}
ELSEWHERE = HOME | {"street": "国定路1号"}


async def delivered_to(world: World) -> str | None:
    async with world.db.read() as connection:
        order = await order_under(connection, "ord_B-1")
        known = order.ship_to_address_id
        address = await find_address(connection, order.shopper_id, known) if known else None
    return address.street if address else None


async def come(world: World, folder: Path, way: str, order: dict[str, Any]) -> None:
    if way == "file":
        assert (await import_orders(world, a_file(folder, "orders.jsonl", order))).refused == ()
        return
    async with open_sender(world) as sender:
        await sender.tell("orders", "order.paid", order)


@pytest.mark.parametrize("first", ["file", "webhook"])
@pytest.mark.parametrize("second", ["file", "webhook"])
async def test_a_later_word_fills_what_was_not_known_and_changes_nothing(
    server: World, tmp_path: Path, first: str, second: str
) -> None:
    moments = {
        "paid_at": "2026-03-08T09:00:00+08:00",
        "shipped_at": "2026-03-08T10:00:00+08:00",
        "delivered_at": "2026-03-09T10:00:00+08:00",
    }
    order = an_order(**moments)
    await come(server, tmp_path, first, order)
    assert await delivered_to(server) is None
    for ship_to in (HOME, ELSEWHERE):
        await come(server, tmp_path, second, order | {"ship_to": ship_to})
        assert await delivered_to(server) == HOME["street"]
