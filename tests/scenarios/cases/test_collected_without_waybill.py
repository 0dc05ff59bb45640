"""A courier collects and enters no number; the merchant has the goods: they were sent (P1)."""

from tests.support.journeys.return_lives import FETCHED, opened, where
from tests.support.journeys.stage import Stage


async def test_goods_at_the_merchant_were_sent(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone)
        await trip.is_fetched(waybill=False)
        assert await trip.merchant("goods.received") == "DONE"
        await stage.work()
        assert await where(trip) == ("AWAITING_MERCHANT_RECEIPT", "ADVANCED")
        assert await trip.merchant("goods.inspected", outcome="ACCEPTED") == "DONE"
        await stage.passes(days=9)
        seen, events = await trip.seen(), await trip.events()
    assert (seen["status"], seen["waybill"]) == ("SUCCEEDED", None)
    assert (seen["refund"]["advance"], seen["nextActions"]) == ("SETTLED", [])
    assert events == [
        *[*FETCHED, "GOODS_RECEIVED", "REFUND_ADVANCED"],
        *["RETURN_SUCCEEDED", "REFUND_SETTLED"],
    ]


async def test_an_unpaid_fee_stays_owed_and_stops_no_inspection(stage: Stage) -> None:
    async with stage.shopper(level=3) as phone:
        trip = await opened(phone)
        await trip.is_fetched(waybill=False)
        assert await trip.merchant("goods.received") == "DONE"
        await stage.work()
        there = await trip.seen()
        assert await trip.merchant("goods.inspected", outcome="ACCEPTED") == "DONE"
        await stage.work()
        seen = await trip.seen()
    assert there["refund"]["advance"] == "NONE"
    assert [one["code"] for one in there["nextActions"]] == [
        *["PAY_PICKUP_FEE", "WAIT_FOR_MERCHANT_RECEIPT"]
    ]
    assert (seen["status"], seen["refund"]["message"]) == ("SUCCEEDED", "Paid by the merchant")
    assert seen["pickup"]["fee"]["due"]["minor"] == 1_200
    assert [one["thenWhat"] for one in seen["deadlines"]] == [
        "The fee stays owed and counts against your stars."
    ]
