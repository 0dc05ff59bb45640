"""Goods received, and the shopper forgot the number: a return and refund like any other."""

from datetime import timedelta

from tests.support.journeys import documents as docs
from tests.support.journeys.return_lives import STARTED, opened
from tests.support.journeys.stage import Phone, Stage


async def stars(phone: Phone) -> tuple[int, str]:
    """The level, and the cause of the newest rating."""
    level = (await phone.ask(docs.STARS))["starLevel"]
    return level["level"], level["history"][0]["cause"]


async def test_goods_received_shopper_forgot_the_number(stage: Stage) -> None:
    async with stage.shopper(level=3) as phone:
        trip = await opened(phone, pickup=False)
        await stage.passes(days=3)
        assert await trip.merchant("goods.received") == "DONE"
        assert await trip.merchant("goods.inspected", outcome="ACCEPTED") == "DONE"
        await stage.passes(days=9)
        seen, events = await trip.seen(), await trip.events()
        level = await stars(phone)
    assert (seen["status"], seen["waybill"], seen["missedDeadlines"]) == ("SUCCEEDED", None, [])
    assert seen["refund"]["refundedAt"] is not None
    assert level == (3, "KEPT_PROMISE")
    assert events == [
        *[*STARTED, "GOODS_RECEIVED", "RETURN_SUCCEEDED", "REFUND_ADVANCED", "REFUND_SETTLED"]
    ]


async def test_an_inspection_alone_implies_the_approval_and_the_receipt(stage: Stage) -> None:
    async with stage.shopper(level=1) as phone:
        trip = await opened(phone, pickup=False)
        await stage.passes(days=1)
        assert await trip.merchant("goods.inspected", outcome="ACCEPTED") == "DONE"
        await stage.work()
        events = await trip.events()
    assert events == [
        *["RETURN_OPENED", "RETURN_APPROVED", "GOODS_RECEIVED"],
        *["RETURN_SUCCEEDED", "REFUND_PAID_BY_MERCHANT"],
    ]


async def test_what_was_closed_as_never_sent_goes_on_and_its_penalty_is_withdrawn(
    stage: Stage,
) -> None:
    async with stage.shopper(level=3) as phone:
        trip = await opened(phone, pickup=False)
        arrived_at = stage.world.clock.now() + timedelta(days=5)
        await stage.passes(days=8)
        closed, punished = await trip.seen(), await stars(phone)
        answer = await trip.merchant("goods.received", at=arrived_at.isoformat())
        await stage.work()
        going_on = await trip.seen()
        assert await trip.merchant("goods.inspected", outcome="ACCEPTED") == "DONE"
        await stage.work()
        seen, events = await trip.seen(), await trip.events()
        history = (await phone.ask(docs.STARS))["starLevel"]["history"]
        level = await stars(phone)
    assert (closed["closeReason"], punished) == ("NOT_SHIPPED_BACK", (2, "BROKEN_PROMISE"))
    assert (answer, going_on["status"]) == ("DONE", "AWAITING_MERCHANT_RECEIPT")
    assert (going_on["closeReason"], going_on["missedDeadlines"]) == (None, [])
    assert going_on["deadlines"][0]["at"] == "2026-03-22T10:00:00.000+08:00"
    assert (seen["status"], seen["refund"]["advance"]) == ("SUCCEEDED", "SETTLED")
    assert [one["cause"] for one in history][:3] == [
        *["KEPT_PROMISE", "PENALTY_WITHDRAWN", "BROKEN_PROMISE"]
    ]
    assert level[0] == 3
    assert events == [
        *[*STARTED, "SHIP_BACK", "RETURN_CLOSED", "RETURN_REOPENED", "GOODS_RECEIVED"],
        *["REFUND_ADVANCED", "RETURN_SUCCEEDED", "REFUND_SETTLED"],
    ]
