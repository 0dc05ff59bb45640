"""The nightly file and the shop's webhooks report the same orders: each fact counts once (P3)."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.database import nothing_changes
from tests.support.import_files import a_file, a_line, an_order
from tests.support.order_files import MORNING, MOVED_ON, NOT_SHIPPED, import_orders, order_status
from tests.support.rows import order_under
from tests.support.webhook_sender import open_sender
from tests.support.world import World

LINE = a_line(category="womenswear", quantity=1, unit_price_minor=10_000, paid_minor=10_000)
E1 = an_order(order_no="E1", shopper_no="e1", merchant_no="linen-house", lines=[LINE]) | NOT_SHIPPED
SHIPPED = {"orderNumber": "E1", "at": MOVED_ON["shipped_at"]}


async def test_the_same_file_after_the_shipping_is_passed_over_and_its_new_orders_are_kept(
    server: World, tmp_path: Path
) -> None:
    server.clock.at = MORNING
    file = a_file(tmp_path, "orders.jsonl", E1)
    assert (await import_orders(server, file)).orders == 1
    async with open_sender(server) as sender:
        await sender.tell("orders", "order.shipped", SHIPPED)
    async with nothing_changes(server):
        again = await import_orders(server, file)
    assert (again.known_orders, again.refused) == (1, ())
    longer = a_file(tmp_path, "orders.jsonl", E1, E1 | {"order_no": "E2"})
    assert (await import_orders(server, longer)).orders == 1
    assert await order_status(server, "ord_E1") == "SHIPPED"


async def test_the_next_nights_file_takes_the_order_on(server: World, tmp_path: Path) -> None:
    server.clock.at = MORNING
    await import_orders(server, a_file(tmp_path, "orders.jsonl", E1))
    moved_on = a_file(tmp_path, "orders_moved_on.jsonl", E1 | MOVED_ON)
    imported = await import_orders(server, moved_on)
    assert (imported.known_orders, imported.advanced_orders, imported.refused) == (1, 1, ())
    assert await order_status(server, "ord_E1") == "RECEIVED"


async def test_a_webhook_with_the_same_news_as_the_file_is_done(
    server: World, tmp_path: Path
) -> None:
    server.clock.at = MORNING
    await import_orders(server, a_file(tmp_path, "orders.jsonl", E1))
    async with open_sender(server) as sender:
        await sender.tell("orders", "order.paid", E1 | MOVED_ON)
        assert await order_status(server, "ord_E1") == "RECEIVED"
        await sender.tell("orders", "order.paid", E1)
        await sender.tell("orders", "order.shipped", SHIPPED)
    moved_on = a_file(tmp_path, "orders_moved_on.jsonl", E1 | MOVED_ON)
    assert (await import_orders(server, moved_on)).advanced_orders == 0


async def test_what_truly_differs_is_refused_by_its_line(server: World, tmp_path: Path) -> None:
    server.clock.at = MORNING
    await import_orders(server, a_file(tmp_path, "orders.jsonl", E1 | MOVED_ON))
    other = E1 | MOVED_ON | {"shipped_at": "2026-11-26T10:01:30+08:00"}
    file = a_file(tmp_path, "other.jsonl", E1 | {"order_no": "E2"}, other)
    imported = await import_orders(server, file)
    assert imported.orders == 1
    [error] = imported.refused
    assert (error.file, error.line, error.field) == ("other.jsonl", 2, "shipped_at")
    async with server.db.read() as connection:
        order = await order_under(connection, "ord_E1")
    assert order.shipped_at is not None
    assert order.shipped_at.isoformat() == "2026-11-26T02:01:00+00:00"


@pytest.mark.parametrize("nights", [[E1, E1 | MOVED_ON], [E1 | MOVED_ON, E1]])
async def test_two_nights_in_one_file_are_one_order_that_moved_on(
    server: World, tmp_path: Path, nights: list[dict[str, Any]]
) -> None:
    server.clock.at = MORNING
    imported = await import_orders(server, a_file(tmp_path, "orders.jsonl", *nights))
    assert (imported.orders, imported.refused) == (1, ())
    assert await order_status(server, "ord_E1") == "RECEIVED"


async def test_two_nights_that_contradict_each_other_are_refused_by_their_lines(
    server: World, tmp_path: Path
) -> None:
    server.clock.at = MORNING
    shipped = E1 | {"shipped_at": "2026-11-26T10:01:00+08:00"}
    received_before = E1 | {"delivered_at": "2026-11-26T10:00:30+08:00"}
    async with nothing_changes(server):
        file = a_file(tmp_path, "orders.jsonl", shipped, received_before)
        imported = await import_orders(server, file)
    assert {(error.line, error.field) for error in imported.refused} == {
        *[(1, "delivered_at"), (2, "delivered_at")]
    }
