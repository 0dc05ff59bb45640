"""A credit line that matches no purchase says nothing about honesty (P2)."""

from pathlib import Path
from typing import Any

from tests.support.import_files import a_file, a_line, a_return, an_order
from tests.support.order_files import MORNING, import_orders
from tests.support.world import World

LINES = [a_line(quantity=40, unit_price_minor=100, paid_minor=4_000)]
# A shopper of 5 stars by what was bought: ten orders over ten months.
ORDERS = [
    an_order(
        order_no=f"R-{month}",
        shopper_no="r1",
        paid_at=f"2026-{month:02}-10T10:00:00+08:00",
        shipped_at=None,
        delivered_at=None,
        lines=LINES,
    )
    for month in range(1, 12)
]
BEFORE_ALL = a_return(
    credit_note="C-OLD",
    shopper_no="r1",
    sku="UNKNOWN",
    returned_at="2025-12-27T10:00:00+08:00",
    order_no=None,
    line_no=None,
)
FEE = BEFORE_ALL | {"credit_note": "C-FEE", "returned_at": "2026-11-20T10:00:00+08:00"}
STARS = "{ viewer { starLevel { level score factors { code value } } } }"


async def stars(world: World, shopper_id: str) -> Any:
    async with world.client(shopper_id) as app:
        return (await app.ask(STARS))["viewer"]["starLevel"]


async def test_what_matches_no_purchase_costs_no_stars(server: World, tmp_path: Path) -> None:
    server.clock.at = MORNING
    orders = a_file(tmp_path, "orders.jsonl", *ORDERS)
    await import_orders(server, orders)
    before = await stars(server, "sho_r1")
    imported = await import_orders(
        server, orders, a_file(tmp_path, "returns.jsonl", BEFORE_ALL, FEE)
    )
    assert imported.credit_lines == 2
    assert before["level"] == 5
    assert await stars(server, "sho_r1") == before


async def test_who_is_known_from_such_a_line_alone_is_not_dishonest(
    server: World, tmp_path: Path
) -> None:
    server.clock.at = MORNING
    orders = a_file(tmp_path, "orders.jsonl", *ORDERS)
    stranger = a_file(tmp_path, "returns.jsonl", BEFORE_ALL | {"shopper_no": "r2"})
    await import_orders(server, orders, stranger)
    found = await stars(server, "sho_r2")
    assert {part["code"]: part["value"] for part in found["factors"]}["HONEST_RETURNS"] == 100
