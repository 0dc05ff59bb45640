"""Lives in which the payment service says later that it has paid after all."""

from tests.support.journeys import documents as docs
from tests.support.journeys.partners import Way
from tests.support.journeys.return_lives import ADVANCED, STARTED, WEIGHED, opened, where
from tests.support.journeys.stage import Stage


async def pays(stage: Stage, payment: str, **more: object) -> str:
    facts = {"paymentId": payment, "reference": f"late-{payment}"}
    return await stage.report("payments", "payment.succeeded", **facts, **more)


async def an_advance_that_was_paid_after_all(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone, pickup=False)
        stage.payments.will(Way.DECLINE, Way.REPORT_LATER)
        await trip.is_sent()
        advance = stage.payments.last
        assert await trip.merchant("goods.inspected", outcome="ACCEPTED") == "DONE"
        await stage.work()
        assert await pays(stage, advance) == "DONE"
        await stage.work()
        assert await where(trip) == ("SUCCEEDED", "SETTLED")
        assert await trip.events() == [
            *[*STARTED, "WAYBILL_SUBMITTED", "ADVANCE_CLOSED", "RETURN_SUCCEEDED"],
            *["PAYMENT_RECALLED", "REFUND_ADVANCED", "REFUND_SETTLED"],
        ]


async def all_that_is_paid_twice(stage: Stage) -> None:
    """The fee by the shopper, and the refund to the shopper."""
    async with stage.shopper(level=3) as phone:
        trip = await opened(phone)
        await trip.is_fetched(grams=900)
        stage.payments.will(Way.DECLINE, Way.PAY, Way.DECLINE, Way.PAY, Way.DECLINE)
        for _ in range(2):
            await trip.does(docs.PAY_FEE)
            await stage.work()
        fee, _, advance = stage.payments.ids[-3:]
        assert await trip.merchant("goods.inspected", outcome="ACCEPTED") == "DONE"
        await stage.work()
        assert await pays(stage, fee) == "DONE"
        await stage.work()
        assert await pays(stage, advance) == "DONE"
        await stage.passes(hours=6)
        assert await trip.events() == [
            *[*WEIGHED, "PICKUP_FEE_DUE", "PICKUP_FEE_PAYMENT_FAILED", "PICKUP_FEE_PAID"],
            *["WAYBILL_SUBMITTED", "ADVANCE_CLOSED"],
            *["RETURN_SUCCEEDED", "REFUND_PAID_BY_MERCHANT", "OVERPAID", "REIMBURSEMENT_FAILED"],
            *["REFUND_PAID_TWICE", "OVERPAYMENT_RETURNED"],
        ]


async def a_debt_that_nobody_pays(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone, pickup=False)
        await trip.is_sent()
        await trip.goods_are_refused("WRONG_ITEM")
        await stage.passes(days=3)
        await stage.passes(days=14)
        assert await where(trip) == ("CLOSED", "CLAWED_BACK")
        assert await trip.events() == [
            *[*STARTED, *ADVANCED, "GOODS_REFUSED", "DISPUTE"],
            *["RETURN_CLOSED", "REFUND_CLAWED_BACK", "REPAYMENT"],
        ]
