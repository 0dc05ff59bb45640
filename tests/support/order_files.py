"""Orders that come in a file, and what becomes of them over HTTP."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bff.importer.files import Files
from bff.importer.load import ImportCounts
from tests.support.import_files import sampled
from tests.support.rows import order_under
from tests.support.webhook_sender import Sender
from tests.support.world import World

# 10:00 in Shanghai
MORNING = datetime(2026, 11, 27, 2, tzinfo=UTC)
YESTERDAY = "2026-11-26T10:00:00+08:00"
NOT_SHIPPED = {"paid_at": YESTERDAY, "shipped_at": None, "delivered_at": None}
MOVED_ON = {
    "paid_at": YESTERDAY,
    "shipped_at": "2026-11-26T10:01:00+08:00",
    "delivered_at": "2026-11-26T10:02:00+08:00",
}
REFUND = """mutation Refund($order: ID!) {
  refundOpen(input: { idempotencyKey: "refund", orderId: $order }) {
    __typename
    ... on UserError { code message }
  }
}"""


async def import_orders(world: World, orders: Path, returns: Path | None = None) -> ImportCounts:
    return await sampled(world.db, Files(orders, returns))


async def set_level(sender: Sender, shopper_id: str, level: int) -> None:
    await sender.tell("staff", "star_level.decided", {"shopperId": shopper_id, "level": level})


async def refund_order(world: World, shopper_id: str, order_id: str) -> Any:
    async with world.client(shopper_id) as app:
        return (await app.ask(REFUND, order=order_id))["refundOpen"]


async def order_status(world: World, order_id: str) -> str:
    async with world.db.read() as connection:
        return (await order_under(connection, order_id)).status
