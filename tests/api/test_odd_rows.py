"""A row that says what cannot be costs nobody the rest of the answer."""

import re

import pytest
from sqlalchemy import text

from bff.db.transaction import Tx
from tests.support.factories import create_order, create_shopper
from tests.support.world import START, World

NEGATIVE = re.compile(r"(^|\s)-\d")
ORDERS = """{ viewer { orders { nodes {
  id
  lines { returnableQuantity returnability { returnable message rules { why } } }
  refundability { refundable message rules { why } }
} } } }"""


async def hold(world: World, line_id: str, quantity: int, minor: int) -> None:
    """Past the checks of the table."""

    async def holding(tx: Tx) -> None:
        await tx.execute(text("PRAGMA ignore_check_constraints = ON"))
        order_id = line_id.replace("oli_", "ord_").rpartition("-")[0]
        values = {"quantity": quantity, "minor": minor, "order": order_id}
        statement = "UPDATE order_lines SET held_quantity = :quantity, held_minor = :minor"
        await tx.execute(text(f"{statement} WHERE order_id = :order"), values)
        await tx.execute(text("PRAGMA ignore_check_constraints = OFF"))

    await world.db.write(holding)


@pytest.mark.sqlite_only("the checks of a table can be turned off there alone")
@pytest.mark.parametrize(
    ("quantity", "minor", "left"), [(2, 40_000, 0), (99, -7, 0), (-3, -5, 1), (0, 10**9, 1)]
)
async def test_an_odd_row_takes_no_answer_down(
    server: World, quantity: int, minor: int, left: int
) -> None:
    shopper = await create_shopper(server.db)
    for received_at in (START, None):
        [line] = await create_order(
            server.db, shopper, received_at=received_at, shipped=received_at is not None
        )
        await hold(server, line, quantity, minor)
        async with server.client(shopper) as app:
            orders = (await app.ask(ORDERS))["viewer"]["orders"]["nodes"]
        await hold(server, line, 0, 0)
        odd = next(one for one in orders if one["id"] == line.replace("oli", "ord")[:-2])
        assert odd["lines"][0]["returnableQuantity"] == left
        texts = [odd["refundability"]["message"], odd["lines"][0]["returnability"]["message"]]
        texts += [rule["why"] for rule in odd["lines"][0]["returnability"]["rules"]]
        texts += [rule["why"] for rule in odd["refundability"]["rules"]]
        assert not any(NEGATIVE.search(each) or "0 asked" in each for each in texts), texts
