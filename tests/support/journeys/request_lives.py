"""Lives of requests to the merchant: returns that are not express, and refunds without goods."""

from tests.support.journeys import documents as docs
from tests.support.journeys.orders import moves_on, orders, refunds
from tests.support.journeys.return_lives import opened, where
from tests.support.journeys.stage import PHOTO, Phone, Stage, Trip

NO = {"reason": "USED_ITEM", "note": "worn", "photos": [PHOTO]}


async def a_merchant_who_is_silent(stage: Stage) -> None:
    async with stage.shopper(level=1) as phone:
        trip = await opened(phone, pickup=False)
        await stage.passes(hours=72)
        await trip.is_sent()
        assert await trip.merchant("goods.received") == "DONE"
        assert await trip.merchant("goods.inspected", outcome="ACCEPTED") == "DONE"
        await stage.work()
        assert await where(trip) == ("SUCCEEDED", "NONE")
        assert await trip.events() == [
            *["RETURN_OPENED", "MERCHANT_ANSWER", "RETURN_APPROVED", "WAYBILL_SUBMITTED"],
            *["GOODS_RECEIVED", "RETURN_SUCCEEDED", "REFUND_PAID_BY_MERCHANT"],
        ]


async def a_change_of_mind(stage: Stage) -> None:
    async with stage.shopper(level=1) as phone:
        trip = await opened(phone, pickup=False)
        await trip.does(docs.CANCEL)
        assert await trip.events() == ["RETURN_OPENED", "RETURN_CLOSED"]


async def goods_that_come_after_a_change_of_mind(stage: Stage) -> None:
    async with stage.shopper(level=1) as phone:
        trip = await opened(phone, pickup=False)
        await trip.does(docs.CANCEL)
        assert await trip.merchant("goods.received") == "DONE"
        assert await where(trip) == ("AWAITING_MERCHANT_RECEIPT", "NONE")
        assert await trip.events() == [
            *["RETURN_OPENED", "RETURN_CLOSED", "RETURN_REOPENED", "GOODS_RECEIVED"]
        ]


async def staff_are_silent_and_then_the_shopper(stage: Stage) -> None:
    async with stage.shopper(level=1) as phone:
        trip = await opened(phone, pickup=False)
        assert await trip.merchant("return.refused", **NO) == "DONE"
        await trip.does(docs.OBJECT)
        await stage.passes(days=7)
        assert await where(trip) == ("AWAITING_RETURN_SHIPMENT", "NONE")
        await stage.passes(days=7)
        assert await trip.events() == [
            *["RETURN_OPENED", "RETURN_REFUSED", "DISPUTE_OPENED"],
            *["STAFF_DECISION", "RETURN_APPROVED", "SHIP_BACK", "RETURN_CLOSED"],
        ]


async def a_request_whose_refusal_falls_in_silence(stage: Stage) -> None:
    async with stage.shopper(level=1) as phone:
        trip = await opened(phone, pickup=False)
        assert await trip.merchant("return.refused", **NO) == "DONE"
        await stage.passes(days=3)
        assert await trip.events() == ["RETURN_OPENED", "RETURN_REFUSED", "RETURN_APPROVED"]


async def a_merchant_who_agrees_after_all(stage: Stage) -> None:
    async with stage.shopper(level=1) as phone:
        trip = await opened(phone, pickup=False)
        assert await trip.merchant("return.refused", **NO) == "DONE"
        assert await trip.merchant("return.approved") == "DONE"
        await trip.does(docs.CANCEL)
        assert await trip.events() == [
            *["RETURN_OPENED", "RETURN_REFUSED", "RETURN_APPROVED", "RETURN_CLOSED"]
        ]


async def refunded(phone: Phone) -> Trip:
    """An order of one line, before it is shipped."""
    [trip] = await refunds(phone, await orders(phone))
    return trip


async def a_refund_at_once(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        trip = await refunded(phone)
        await stage.work()
        assert await where(trip) == ("SUCCEEDED", "SETTLED")
        assert await trip.events() == [
            *["RETURN_OPENED", "RETURN_SUCCEEDED", "REFUND_ADVANCED", "REFUND_SETTLED"]
        ]


async def a_refund_that_the_merchant_agrees_to(stage: Stage) -> None:
    async with stage.shopper(level=3) as phone:
        trip = await refunded(phone)
        assert await trip.merchant("return.approved") == "DONE"
        await stage.work()
        assert await trip.events() == [
            *["RETURN_OPENED", "RETURN_SUCCEEDED", "REFUND_PAID_BY_MERCHANT"]
        ]


async def a_refund_that_nobody_can_refuse(stage: Stage) -> None:
    async with stage.shopper(level=3) as phone:
        trip = await refunded(phone)
        assert (await trip.merchant("return.refused", **NO)).startswith("IMPOSSIBLE")
        await stage.passes(hours=72)
        assert await where(trip) == ("SUCCEEDED", "NONE")
        assert await trip.events() == [
            *["RETURN_OPENED", "MERCHANT_ANSWER", "RETURN_SUCCEEDED", "REFUND_PAID_BY_MERCHANT"]
        ]


async def a_refund_that_comes_too_late(stage: Stage) -> None:
    async with stage.shopper(level=3) as phone:
        order = await orders(phone)
        [trip] = await refunds(phone, order)
        assert await moves_on(phone, order, "shipped") == "DONE"
        assert await trip.events() == ["RETURN_OPENED", "RETURN_CLOSED"]
        assert (await trip.seen())["closeReason"] == "GOODS_SHIPPED"
