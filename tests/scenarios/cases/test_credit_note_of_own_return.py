"""The shop's credit note of a return that was made here counts once (P3)."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.database import nothing_changes
from tests.support.documents import ONE_TAP
from tests.support.import_files import a_file, a_line, a_return, an_order
from tests.support.order_files import MORNING, MOVED_ON, import_orders, set_level
from tests.support.webhook_sender import Sender, open_sender
from tests.support.world import World

LINE = a_line(
    sku="SKU-1", category="womenswear", quantity=1, unit_price_minor=5_000, paid_minor=5_000
)
H1 = an_order(order_no="H1", shopper_no="h1", merchant_no="linen-house", lines=[LINE]) | MOVED_ON
CN_H1 = a_return(
    credit_note="CN-H1",
    shopper_no="h1",
    sku="SKU-1",
    refunded_minor=5_000,
    returned_at="2026-11-27T10:00:00+08:00",
    order_no="H1",
)
ORDERS = """{ viewer { orders { nodes {
  lines { returnableQuantity returnability { returnable message rules { why } } }
  refundability { refundable message }
} } } }"""
CANCEL = """mutation Cancel($id: ID!) {
  returnCancel(input: { idempotencyKey: "cancel", returnId: $id }) { __typename }
}"""


async def bought(sender: Sender, folder: Path, quantity: int = 1) -> Path:
    sender.world.clock.at = MORNING
    line = LINE | {"quantity": quantity, "paid_minor": 5_000 * quantity}
    orders = a_file(folder, "orders.jsonl", H1 | {"lines": [line]})
    await import_orders(sender.world, orders)
    await set_level(sender, "sho_h1", 5)
    return orders


async def tap(world: World, quantity: int | None = None) -> Any:
    async with world.client("sho_h1") as app:
        tapped = {"key": "tap", "line": "oli_H1-1", "quantity": quantity}
        return (await app.ask(ONE_TAP, **tapped))["oneTapReturn"]


async def home(world: World) -> Any:
    async with world.client("sho_h1") as app:
        [order] = (await app.ask(ORDERS))["viewer"]["orders"]["nodes"]
    return order


async def left(world: World) -> int:
    return int((await home(world))["lines"][0]["returnableQuantity"])


async def test_a_credit_note_of_a_return_made_here_holds_nothing_more(
    server: World, tmp_path: Path
) -> None:
    async with open_sender(server) as sender:
        orders = await bought(sender, tmp_path)
        await tap(server)
        notes = a_file(tmp_path, "returns.jsonl", CN_H1)
        imported = await import_orders(server, orders, notes)
        order = await home(server)
        async with nothing_changes(server):
            again = await import_orders(server, orders, notes)
    assert (imported.credit_lines, imported.refused) == (1, ())
    assert again.known_credit_lines == 1
    [line] = order["lines"]
    assert line["returnableQuantity"] == 0
    assert line["returnability"]["message"] == "Nothing is left to return."
    assert not any("0 asked" in rule["why"] for rule in line["returnability"]["rules"])
    assert order["refundability"]["refundable"] is False


async def test_what_was_credited_before_cannot_be_returned_here(
    server: World, tmp_path: Path
) -> None:
    async with open_sender(server) as sender:
        orders = await bought(sender, tmp_path)
        await import_orders(server, orders, a_file(tmp_path, "returns.jsonl", CN_H1))
        async with nothing_changes(server):
            refused = await tap(server)
    assert (refused["__typename"], refused["message"]) == (
        "QuantityNotLeft",
        "Nothing is left to return.",
    )


async def test_a_credit_note_holds_by_itself_once_the_return_closes(
    server: World, tmp_path: Path
) -> None:
    """The shop took the goods back, whatever became of the return here."""
    async with open_sender(server) as sender:
        orders = await bought(sender, tmp_path, quantity=3)
        opened = (await tap(server, 2))["return"]
        assert await left(server) == 1
        await import_orders(server, orders, a_file(tmp_path, "returns.jsonl", CN_H1))
        assert await left(server) == 1
        async with server.client("sho_h1") as app:
            await app.ask(CANCEL, id=opened["id"])
    assert await left(server) == 2


@pytest.mark.parametrize(("day", "returnable"), [("26", 1), ("27", 2)])
async def test_a_credit_note_of_other_pieces_counts_beside_the_return(
    server: World, tmp_path: Path, day: str, returnable: int
) -> None:
    """Of the day before the tap, it can only be of other pieces."""
    note = CN_H1 | {"returned_at": f"2026-11-{day}T12:00:00+08:00"}
    async with open_sender(server) as sender:
        orders = await bought(sender, tmp_path, quantity=3)
        await tap(server, 1)
        server.clock.at = MORNING.replace(hour=9)
        await import_orders(server, orders, a_file(tmp_path, "returns.jsonl", note))
    assert await left(server) == returnable


async def test_pieces_come_back_once_whatever_the_days_say(server: World, tmp_path: Path) -> None:
    note = CN_H1 | {"returned_at": MOVED_ON["delivered_at"]}
    async with open_sender(server) as sender:
        orders = await bought(sender, tmp_path)
        await tap(server)
        notes = a_file(tmp_path, "returns.jsonl", note, CN_H1 | {"credit_note": "CN-H2"})
        imported = await import_orders(server, orders, notes)
    assert imported.credit_lines == 1
    [error] = imported.refused
    assert (error.line, error.field) == (2, "quantity")
    assert await left(server) == 0
