"""A tap is answered from what it wrote, and equals a later read."""

from typing import Any

import pytest

from tests.support.database import statements
from tests.support.factories import Goods, create_order, create_shopper
from tests.support.world import START, World

RETURN = """
fragment All on Return {
  id kind status express quantity openedAt approvedAt endedAt closeReason goodsReceivedAt
  policyVersion starLevel updatesCursor message
  returnAddress { id street }
  orderLine {
    id returnableQuantity paid { minor currency } order { id merchant { id name } }
    returnability { returnable message rules { code passed why } }
  }
  pickup {
    id status bookedAt acceptedAt cancelReason address { id street } courierCompany { code }
    slot { kind startsAt endsAt }
    fee { status payer amount { minor } shopperPays { minor } finalAt payBy message }
  }
  refund { id advance amount { minor currency } refundedAt settledAt waitingFor message }
  deadlines { what at title thenWhat }
  nextActions { code actor by }
  missedDeadlines { what }
  decidedBy { code passed why deadline }
  waybill { number }
  photos { id }
}"""
TAP = f"""{RETURN}
mutation($key: String!, $line: ID!, $quantity: Int, $pickup: PickupInput) {{
  oneTapReturn(
    input: {{ idempotencyKey: $key, orderLineId: $line, quantity: $quantity, pickup: $pickup }}
  ) {{
    ... on OneTapReturnSuccess {{ replayed return {{ ...All }} }}
  }}
}}"""
NODE = f"{RETURN} query($id: ID!) {{ node(id: $id) {{ ...All }} }}"


@pytest.mark.parametrize("pickup", [None, {}])
@pytest.mark.parametrize("level", [1, 4])
@pytest.mark.parametrize("quantity", [None, 1])
async def test_the_answer_of_a_tap_equals_a_later_read(
    server: World, level: int, quantity: int | None, pickup: dict[str, Any] | None
) -> None:
    if level == 1:
        pickup = None  # no door pickup at this level
    shopper = await create_shopper(server.db, level=level)
    goods = [Goods(quantity=3, paid_minor=10_000)]
    [line] = await create_order(server.db, shopper, goods, received_at=START)
    wish = {"line": line, "quantity": quantity, "pickup": pickup}
    async with server.client(shopper) as app:
        for number in range(2 if quantity else 1):
            tapped = (await app.ask(TAP, key=f"k{number}", **wish))["oneTapReturn"]
            read = (await app.ask(NODE, id=tapped["return"]["id"]))["node"]
            again = (await app.ask(TAP, key=f"k{number}", **wish))["oneTapReturn"]
            assert tapped["return"] == read == again["return"]
            assert (tapped["replayed"], again["replayed"]) == (False, True)


async def test_a_tap_reads_little_after_its_write(server: World) -> None:
    shopper = await create_shopper(server.db, level=4)
    [line] = await create_order(server.db, shopper, received_at=START)
    document = TAP.replace("{ ...All }", "{ status pickup { status } refund { advance } }")
    document = document.removeprefix(RETURN)
    async with server.client(shopper) as app:
        await app.ask("{ viewer { id } }")
        with statements(server.db) as seen:
            await app.ask(document, key="k", line=line, pickup={})
    changes = ("INSERT", "UPDATE", "RELEASE")
    written = max(at for at, sql in enumerate(seen) if sql.startswith(changes))
    assert seen[written + 1 :] == []
