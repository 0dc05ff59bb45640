"""The courier reports the delivery alone: the goods were shipped (P1)."""

from datetime import timedelta
from pathlib import Path

from tests.support.database import nothing_changes
from tests.support.import_files import a_file, a_line, an_order
from tests.support.order_files import (
    MORNING,
    NOT_SHIPPED,
    import_orders,
    order_status,
    refund_order,
    set_level,
)
from tests.support.webhook_sender import open_sender
from tests.support.world import World

LINE = a_line(category="womenswear", quantity=1, unit_price_minor=10_000, paid_minor=10_000)
J1 = an_order(order_no="J1", shopper_no="j1", merchant_no="linen-house", lines=[LINE]) | NOT_SHIPPED
RECEIVED = {"orderNumber": "J1", "at": "2026-11-27T09:00:00+08:00"}


async def test_goods_known_to_be_delivered_are_not_refunded_before_shipping(
    server: World, tmp_path: Path
) -> None:
    server.clock.at = MORNING
    await import_orders(server, a_file(tmp_path, "orders.jsonl", J1))
    async with open_sender(server) as sender:
        await set_level(sender, "sho_j1", 5)
        await sender.tell("orders", "order.received", RECEIVED)
        async with nothing_changes(server):
            refused = await refund_order(server, "sho_j1", "ord_J1")
    assert refused["__typename"] == "OrderShipped"
    assert await order_status(server, "ord_J1") == "RECEIVED"


async def test_the_shippings_own_moment_is_taken_when_it_comes(
    server: World, tmp_path: Path
) -> None:
    server.clock.at = MORNING
    file = a_file(tmp_path, "orders.jsonl", J1)
    await import_orders(server, file)
    async with open_sender(server) as sender:
        await sender.tell("orders", "order.received", RECEIVED)
        await sender.tell(
            "orders", "order.shipped", {"orderNumber": "J1", "at": "2026-11-26T10:01:00+08:00"}
        )
        async with nothing_changes(server):
            assert (await import_orders(server, file)).refused == ()
        late = {"orderNumber": "J1", "at": "2026-11-27T09:30:00+08:00"}
        refused = await sender.post("orders", "order.shipped", late)
    assert refused.status_code == 422
    assert "2026-11-26" in refused.json()["message"]
    assert await order_status(server, "ord_J1") == "RECEIVED"


async def test_a_moment_that_is_still_to_come_is_refused(server: World, tmp_path: Path) -> None:
    """Here as in a file."""
    server.clock.at = MORNING
    await import_orders(server, a_file(tmp_path, "orders.jsonl", J1))
    tomorrow = (MORNING + timedelta(days=1)).isoformat()
    ahead = a_file(tmp_path, "ahead.jsonl", J1 | {"delivered_at": tomorrow})
    async with open_sender(server) as sender, nothing_changes(server):
        for kind in ("order.shipped", "order.received"):
            answer = await sender.post("orders", kind, {"orderNumber": "J1", "at": tomorrow})
            assert answer.status_code == 422
        [error] = (await import_orders(server, ahead)).refused
    assert (error.line, error.field) == (1, "delivered_at")


async def test_reports_of_an_order_that_is_not_known_yet_wait_for_the_file(
    server: World, tmp_path: Path
) -> None:
    server.clock.at = MORNING
    async with open_sender(server) as sender:
        answer = await sender.post("orders", "order.received", RECEIVED)
        assert (answer.status_code, answer.json()["status"]) == (202, "WAITING")
        await import_orders(server, a_file(tmp_path, "orders.jsonl", J1))
        await server.work()
    assert await order_status(server, "ord_J1") == "RECEIVED"
