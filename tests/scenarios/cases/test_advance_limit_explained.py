"""Case "3 stars, a coat of ¥3,699": the limit is among the rules, and counts for the order."""

from typing import Any

import pytest

from tests.support.factories import Goods
from tests.support.journeys.stage import Phone, Stage
from tests.support.models import POLICY

COAT = Goods(paid_minor=369_900)
QUESTION = """
query Ask($id: ID!) {
  node(id: $id) {
    ... on OrderLine {
      returnability {
        returnable express
        refundQuote { advance message }
        rules { code passed neededFor title why basis }
      }
    }
  }
}"""
REFUNDABILITY = """
query Ask($id: ID!) {
  node(id: $id) { ... on Order { refundability { express rules { code passed why } } } }
}"""


async def answer(phone: Phone, line: str) -> tuple[Any, Any]:
    """The whole answer, and the rule about the limit."""
    shown = (await phone.ask(QUESTION, id=line))["returnability"]
    [limit] = [rule for rule in shown["rules"] if rule["code"] == "ADVANCE_LIMIT"]
    return shown, limit


@pytest.mark.parametrize(
    ("language", "why"),
    [
        ("en", "CN¥3,699.00 is more than the CN¥3,000.00 that is advanced for one order."),
        ("zh", "¥3,699.00超过每笔订单¥3,000.00的垫付额度。"),
    ],
)
async def test_express_without_an_advance_explains_itself(
    stage: Stage, language: str, why: str
) -> None:
    async with stage.shopper(3, language) as phone:
        [line] = await phone.buys(COAT)
        shown, limit = await answer(phone, line)
        trip = await phone.returns(line)
        opened_return = await trip.seen()
    assert (shown["returnable"], shown["express"]) == (True, True)
    assert not shown["refundQuote"]["advance"]
    assert [rule["code"] for rule in shown["rules"] if not rule["passed"]] == ["ADVANCE_LIMIT"]
    assert (limit["neededFor"], limit["why"]) == ("ADVANCE", why)
    assert opened_return["status"] == "AWAITING_RETURN_SHIPMENT"


async def test_five_stars_have_no_limit(stage: Stage) -> None:
    async with stage.shopper(level=5) as phone:
        [line] = await phone.buys(COAT)
        shown, limit = await answer(phone, line)
    assert (shown["refundQuote"]["advance"], limit["passed"]) == (True, True)


async def test_the_limit_is_for_all_of_an_order_at_a_time(stage: Stage) -> None:
    goods = Goods(paid_minor=200_000)
    async with stage.shopper(level=3) as phone:
        first, second = await phone.buys(goods, goods)
        trip = await phone.returns(first)
        promised, limit = await answer(phone, second)
        await trip.is_sent()
        advanced, _ = await answer(phone, second)
        assert await trip.merchant("goods.inspected", outcome="ACCEPTED") == "DONE"
        await stage.work()
        settled, _ = await answer(phone, second)
        [other_order] = await phone.buys(goods)
        elsewhere, _ = await answer(phone, other_order)
    assert [one["refundQuote"]["advance"] for one in (promised, advanced, settled, elsewhere)] == [
        False,
        False,
        True,
        True,
    ]
    assert promised["express"]
    assert limit["why"] == (
        "CN¥2,000.00 is more than is left of the CN¥3,000.00 for one order: "
        "CN¥2,000.00 is advanced already."
    )


async def test_what_is_paid_never_exceeds_the_limit_of_an_order(stage: Stage) -> None:
    """Both were promised, as an older version did."""
    goods = Goods(paid_minor=200_000)
    async with stage.shopper(level=3) as phone:
        lines = await phone.buys(goods, goods)
        trips = [await phone.returns(line) for line in lines]
        async with stage.world.db.read() as connection:
            [[promised]] = await connection.execute(
                "SELECT count(*) FROM returns WHERE advance_at_waybill"
            )
        await stage.world.db.write(
            lambda tx: tx.execute("UPDATE returns SET advance_at_waybill = TRUE")
        )
        for trip in trips:
            await trip.is_sent()
        seen = [await trip.seen() for trip in trips]
        events = await trips[1].events()
    assert promised == 1
    assert [one["refund"]["advance"] for one in seen] == ["ADVANCED", "CLOSED"]
    assert events[-2:] == ["ADVANCE_CLOSED", "WAYBILL_SUBMITTED"]
    assert [one["amountMinor"] for one in stage.payments.charged.values()] == [200_000]


async def test_a_currency_without_a_limit_is_not_advanced(stage: Stage) -> None:
    assert "USD" not in POLICY.advance.limit_minor
    async with stage.shopper(level=5) as phone:
        [line] = await phone.buys(Goods(), currency="USD")
        shown, limit = await answer(phone, line)
    assert (shown["express"], shown["refundQuote"]["advance"]) == (True, False)
    assert limit["why"] == "Refunds in USD are not advanced."


async def test_an_express_refund_has_the_same_limit(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        await phone.buys(COAT, received_at=None, shipped=False)
        async with stage.world.db.read() as connection:
            [[order]] = await connection.execute("SELECT id FROM orders")
        shown = (await phone.ask(REFUNDABILITY, id=order))["refundability"]
    assert not shown["express"]
    assert [(rule["code"], rule["why"]) for rule in shown["rules"] if not rule["passed"]] == [
        (
            "ADVANCE_LIMIT",
            "CN¥3,699.00 is more than the CN¥3,000.00 that is advanced for one order.",
        )
    ]
