"""Case "whole order refunded before shipping": it is closed, says so, and is not to be shipped."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.factories import Goods
from tests.support.journeys import documents as docs
from tests.support.journeys.stage import Phone, Stage

ORDER = """
query Ask($id: ID!) {
  node(id: $id) {
    ... on Order {
      number status message refundedAt shippedAt receivedAt
      paid { minor } refunded { minor } left { minor }
      refundability { refundable }
    }
  }
}"""
PRICE = 10_000
GOODS = Goods(paid_minor=PRICE)


async def buys(phone: Phone, *goods: Goods) -> tuple[str, list[str]]:
    """An order that is not shipped, and its lines."""
    lines = await phone.buys(*goods, received_at=None, shipped=False)
    async with phone.stage.world.db.read() as connection:
        [[order]] = await connection.execute(
            "SELECT id FROM orders ORDER BY paid_at DESC, id DESC LIMIT 1"
        )
    return order, lines


async def refunds(phone: Phone, order: str, **wishes: Any) -> list[Any]:
    answer = await phone.ask(docs.REFUND, order=order, **wishes)
    assert answer["__typename"] == "RefundOpenSuccess", answer
    await phone.stage.work()
    returns: list[Any] = answer["returns"]
    return returns


async def moves(phone: Phone, order: str, what: str) -> str:
    """The shop reports it, as happening now."""
    number = (await phone.ask(ORDER, id=order))["number"]
    return await phone.stage.report("orders", f"order.{what}", orderNumber=number)


def stops(stage: Stage, return_id: str) -> int:
    """How often the merchant was called to stop the shipping."""
    return stage.partners.about(return_id).count("refund.stop_shipping")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Closed: all of it, CN¥200.00, was refunded before it was shipped."),
        ("zh", "已关闭：发货前已全额退款¥200.00。"),
    ],
)
async def test_the_order_is_closed_and_says_so(stage: Stage, language: str, words: str) -> None:
    async with stage.shopper(4, language) as phone:
        order, _ = await buys(phone, GOODS, GOODS)
        await refunds(phone, order)
        seen = await phone.ask(ORDER, id=order)
    assert (seen["status"], seen["message"]) == ("CLOSED", words)
    assert seen["refundedAt"].startswith("2026-03-10T10:00:00")
    assert (seen["refunded"]["minor"], seen["left"]["minor"]) == (2 * PRICE, 0)
    assert not seen["refundability"]["refundable"]


async def test_its_shipping_is_refused_kept_and_flagged_to_the_merchant(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        order, _ = await buys(phone, GOODS)
        [refunded] = await refunds(phone, order)
        assert stops(stage, refunded["id"]) == 1
        stage.world.clock.advance(timedelta(hours=1))
        answer = await moves(phone, order, "shipped")
        await stage.work()
        seen = await phone.ask(ORDER, id=order)
    assert answer.startswith("IMPOSSIBLE: at: expected no shipping: all of order ")
    assert "do not ship it" in answer
    assert (seen["status"], seen["shippedAt"]) == ("CLOSED", None)
    assert stops(stage, refunded["id"]) == 2
    async with stage.world.db.read() as connection:
        kept = await connection.execute("SELECT type, status, subject_id FROM webhook_events")
        assert [tuple(row) for row in kept] == [("order.shipped", "REFUSED", order)]


async def test_goods_that_came_all_the_same_are_a_fact(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        order, _ = await buys(phone, GOODS)
        await refunds(phone, order)
        stage.world.clock.advance(timedelta(days=1))
        assert await moves(phone, order, "received") == "DONE"
        seen = await phone.ask(ORDER, id=order)
    assert seen["status"] == "RECEIVED"
    assert seen["receivedAt"] == seen["shippedAt"]
    assert seen["message"] == (
        "All of it, CN¥100.00, was refunded; the goods were sent all the same."
    )


async def test_what_is_left_of_an_order_is_shown_and_can_be_shipped(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        order, lines = await buys(phone, Goods(paid_minor=3 * PRICE, quantity=3), GOODS)
        await refunds(phone, order, lines=[{"orderLineId": lines[0], "quantity": 1}])
        seen = await phone.ask(ORDER, id=order)
        stage.world.clock.advance(timedelta(hours=1))
        assert await moves(phone, order, "shipped") == "DONE"
        shipped = await phone.ask(ORDER, id=order)
    assert (seen["status"], seen["refundedAt"]) == ("PAID", None)
    assert seen["message"] == (
        "CN¥100.00 is refunded, or is being refunded. Left: 3 of 4, worth CN¥300.00."
    )
    assert shipped["status"] == "SHIPPED"


async def test_it_is_closed_with_the_last_part(stage: Stage) -> None:
    """A merchant who has not answered keeps it open."""
    async with stage.shopper(level=4) as express, stage.phone(express.shopper_id) as phone:
        order, lines = await buys(phone, GOODS, Goods(paid_minor=400_000))
        await refunds(phone, order, lines=[{"orderLineId": lines[0]}])
        [waits] = await refunds(phone, order, lines=[{"orderLineId": lines[1]}])
        waiting = await phone.ask(ORDER, id=order)
        assert await stage.report("merchant", "return.approved", returnId=waits["id"]) == "DONE"
        closed = await phone.ask(ORDER, id=order)
    assert (waiting["status"], closed["status"]) == ("PAID", "CLOSED")
    assert waiting["message"] == "All of it is refunded, or is being refunded: CN¥4,100.00."


async def test_an_order_from_which_nothing_was_refunded_says_where_it_is(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        order, _ = await buys(phone, GOODS)
        paid = await phone.ask(ORDER, id=order)
    assert (paid["message"], paid["refunded"]["minor"]) == ("Paid, not shipped yet.", 0)
