"""Whole lives of returns, each through mutations, webhooks and the clock alone."""

from tests.support.factories import Goods
from tests.support.journeys import documents as docs
from tests.support.journeys.partners import Way
from tests.support.journeys.stage import PHOTO, Phone, Stage, Trip

STARTED = ["RETURN_OPENED", "RETURN_APPROVED"]
BOOKED = [*STARTED, "PICKUP_BOOKED"]
FETCHED = [*BOOKED, "PICKUP_ACCEPTED", "PICKUP_COLLECTED"]
WEIGHED = [*FETCHED, "PICKUP_WEIGHED"]
ADVANCED = ["WAYBILL_SUBMITTED", "REFUND_ADVANCED"]


async def opened(phone: Phone, *goods: Goods, pickup: bool = True) -> Trip:
    [line] = await phone.buys(*goods)
    return await phone.returns(line, pickup={} if pickup else None)


async def where(trip: Trip) -> tuple[str, str]:
    """The return's status, and the advance."""
    seen = await trip.seen()
    return seen["status"], seen["refund"]["advance"]


async def as_promised(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone)
        await trip.is_fetched(grams=900)
        assert await trip.merchant("goods.received") == "DONE"
        assert await trip.merchant("goods.inspected", outcome="ACCEPTED") == "DONE"
        assert await where(trip) == ("SUCCEEDED", "SETTLED")
        assert await trip.events() == [
            *WEIGHED,
            *ADVANCED,
            "GOODS_RECEIVED",
            "RETURN_SUCCEEDED",
            "REFUND_SETTLED",
        ]


async def nothing_is_paid_at_the_first_try(stage: Stage) -> None:
    async with stage.shopper(level=3) as phone:
        trip = await opened(phone)
        await trip.is_fetched(grams=900)
        for ways in ([Way.DECLINE], [Way.DECLINE], [Way.PAY, Way.DECLINE]):
            stage.payments.will(*ways)
            await trip.does(docs.PAY_FEE)
            await stage.work()
        stage.payments.will(Way.DECLINE)
        await stage.passes(days=10)
        assert await where(trip) == ("SUCCEEDED", "CLOSED")
        await stage.passes(hours=6)
        assert (await trip.seen())["refund"]["message"] == "Paid by the merchant"
        assert await trip.events() == [
            *[*WEIGHED, "PICKUP_FEE_DUE"],
            *["PICKUP_FEE_PAYMENT_FAILED"] * 2,
            *["PICKUP_FEE_PAID", "WAYBILL_SUBMITTED", "ADVANCE_CLOSED"],
            *["MERCHANT_INSPECTION", "RETURN_SUCCEEDED"],
            *["REFUND_PAYMENT_FAILED", "REFUND_PAID_BY_MERCHANT"],
        ]


async def heavy_and_refused_without_right(stage: Stage) -> None:
    async with stage.shopper(level=3) as phone:
        trip = await opened(phone, Goods(freight_insured=True))
        await trip.is_fetched(grams=3_500)
        await trip.does(docs.PAY_FEE)
        await stage.work()
        await trip.goods_are_refused("USED_ITEM")
        assert await where(trip) == ("MERCHANT_REFUSED", "MERCHANT_REFUSED_GOODS")
        await trip.does(docs.OBJECT)
        assert await trip.staff_decide("SHOPPER") == "DONE"
        assert await where(trip) == ("SUCCEEDED", "SETTLED")
        assert await trip.events() == [
            *[*WEIGHED, "PICKUP_FEE_DUE", "PICKUP_FEE_PAID", *ADVANCED],
            *["GOODS_REFUSED", "DISPUTE_OPENED", "RETURN_SUCCEEDED", "REFUND_SETTLED"],
        ]


async def the_fee_is_paid_too_late(stage: Stage) -> None:
    async with stage.shopper(level=3) as phone:
        trip = await opened(phone)
        await trip.is_fetched()
        await stage.passes(hours=24)
        assert await where(trip) == ("AWAITING_MERCHANT_RECEIPT", "CLOSED")
        assert await trip.merchant("goods.inspected", outcome="ACCEPTED") == "DONE"
        await stage.work()
        await trip.does(docs.PAY_FEE)
        await stage.work()
        assert await trip.events() == [
            *[*FETCHED, "PICKUP_FEE_DUE", "PICKUP_FEE", "ADVANCE_CLOSED", "WAYBILL_SUBMITTED"],
            *["RETURN_SUCCEEDED", "REFUND_PAID_BY_MERCHANT", "PICKUP_FEE_PAID"],
        ]


async def an_empty_parcel(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone, pickup=False)
        await trip.is_sent()
        await trip.goods_are_refused("EMPTY_PARCEL")
        await trip.does(docs.OBJECT)
        assert await trip.staff_decide("MERCHANT") == "DONE"
        assert await where(trip) == ("CLOSED", "CLAWED_BACK")
        for way in (Way.DECLINE, Way.PAY):
            stage.payments.will(way)
            await trip.does(docs.REPAY)
            await stage.work()
        assert await trip.events() == [
            *[*STARTED, *ADVANCED, "GOODS_REFUSED", "DISPUTE_OPENED"],
            *["RETURN_CLOSED", "REFUND_CLAWED_BACK"],
            *["REPAYMENT_REQUESTED", "REPAYMENT_FAILED", "REPAYMENT_REQUESTED", "REFUND_REPAID"],
        ]


async def a_refusal_that_nobody_objects_to(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone, pickup=False)
        await trip.is_sent()
        await trip.goods_are_refused("WRONG_ITEM")
        await stage.passes(days=3)
        assert await where(trip) == ("CLOSED", "CLAWED_BACK")
        assert (await trip.events())[-4:] == [
            *["GOODS_REFUSED", "DISPUTE", "RETURN_CLOSED", "REFUND_CLAWED_BACK"]
        ]


async def goods_that_are_accepted_in_part(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone, pickup=False)
        await trip.is_sent()
        kept = {"ground": "DAMAGED", "amountMinor": 3_000, "photos": [PHOTO]}
        said = {"outcome": "PARTLY_ACCEPTED", "deductions": [kept]}
        assert await trip.merchant("goods.inspected", **said) == "DONE"
        await stage.passes(days=3)
        assert await where(trip) == ("SUCCEEDED", "SETTLED")
        assert (await trip.events())[-5:] == [
            *["GOODS_PARTLY_ACCEPTED", "DISPUTE"],
            *["DEDUCTIONS_STAND", "RETURN_SUCCEEDED", "REFUND_SETTLED"],
        ]


async def the_merchant_takes_the_goods_after_all(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone, pickup=False)
        await trip.is_sent()
        await trip.goods_are_refused()
        assert await trip.merchant("goods.inspected", outcome="ACCEPTED") == "DONE"
        assert await where(trip) == ("SUCCEEDED", "SETTLED")


async def a_merchant_who_bears_the_freight(stage: Stage) -> None:
    async with stage.shopper(level=3) as phone:
        trip = await opened(phone)
        assert await trip.merchant("return.approved", freightPayer="MERCHANT") == "DONE"
        assert (await trip.pickup())["fee"]["status"] == "WAIVED"
        assert await trip.events() == [*BOOKED, "RETURN_TERMS_CHANGED"]


async def couriers_who_do_not_come(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone)
        await trip.does(docs.MOVE)
        assert await trip.courier("accepted", courierCompany="cainiao") == "DONE"
        await trip.does(docs.MOVE)
        for _ in range(3):
            await stage.passes(minutes=5)
        await trip.does(docs.BOOK)
        assert await trip.courier("accepted", courierCompany="cainiao") == "DONE"
        assert await trip.courier("visit_failed", reason="NOBODY_HOME") == "DONE"
        await trip.does(docs.BOOK)
        assert await trip.courier("accepted", courierCompany="cainiao") == "DONE"
        await stage.passes(hours=2, seconds=1)
        assert await trip.courier("collected") == "DONE"
        await stage.passes(hours=24)
        assert await trip.courier("waybill", waybillNumber="CN9999999999") == "DONE"
        await stage.work()
        assert await trip.merchant("goods.inspected", outcome="ACCEPTED") == "DONE"
        assert await trip.events() == [
            *[*BOOKED, "PICKUP_RESCHEDULED", "PICKUP_ACCEPTED", "PICKUP_RESCHEDULED"],
            *["COURIER_ANSWER", "PICKUP_OFFERED_TO_NEXT"] * 2,
            *["COURIER_ANSWER", "PICKUP_CANCELLED"],
            *["PICKUP_BOOKED", "PICKUP_ACCEPTED", "PICKUP_VISIT_FAILED"],
            *["PICKUP_BOOKED", "PICKUP_ACCEPTED", "COURIER_ARRIVAL", "PICKUP_COLLECTED"],
            *["COURIER_WAYBILL", *ADVANCED, "RETURN_SUCCEEDED", "REFUND_SETTLED"],
        ]
