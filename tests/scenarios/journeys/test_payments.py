"""One payment at most, whatever the payment service and the merchant do meanwhile. R8."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.support.journeys import documents as docs
from tests.support.journeys.languages import codes, in_both, in_both_languages, messages
from tests.support.journeys.partners import Way
from tests.support.journeys.return_lives import ADVANCED, STARTED, opened, where
from tests.support.journeys.stage import Stage, Trip, nothing_changes

SENT = [*STARTED, "WAYBILL_SUBMITTED"]


@asynccontextmanager
async def advancing(stage: Stage, *ways: Way) -> AsyncIterator[Trip]:
    """Sent; the payment service does so with the advance."""
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone, pickup=False)
        stage.payments.will(*ways)
        await trip.is_sent()
        yield trip


def charged(stage: Stage) -> list[tuple[str, int]]:
    return [(one["kind"], one["amountMinor"]) for one in stage.payments.charged.values()]


async def pays(stage: Stage) -> str:
    """By webhook, for the newest payment."""
    payment = stage.payments.last
    return await stage.report("payments", "payment.succeeded", paymentId=payment, reference="r")


async def declines(stage: Stage) -> str:
    payment = stage.payments.last
    return await stage.report("payments", "payment.failed", paymentId=payment, reason="no funds")


@pytest.mark.parametrize("way", [Way.REPORT_LATER, Way.FAIL, Way.PAY_AND_LOSE_THE_ANSWER])
async def test_a_service_that_fails_or_answers_late_leaves_one_payment(
    stage: Stage, way: Way
) -> None:
    async with advancing(stage, way) as trip:
        waiting = await trip.seen()
        await stage.passes(seconds=5)
        events = await trip.events()
        async with nothing_changes(stage):
            assert await pays(stage) == "DONE"
            assert await declines(stage) == "IMPOSSIBLE: the payment is SUCCEEDED already"
    assert (waiting["refund"]["waitingFor"], waiting["refund"]["advance"]) == (
        "PAYMENT",
        "APPLYING",
    )
    assert codes(waiting["nextActions"]) == [
        "WAIT_FOR_MERCHANT_RECEIPT",
        "WAIT_FOR_REFUND",
        "CORRECT_WAYBILL",
    ]
    assert events == [*STARTED, *ADVANCED]
    assert charged(stage) == [("ADVANCE", 19_900)]


async def test_a_webhook_may_be_quicker_than_the_services_answer(stage: Stage) -> None:
    async with advancing(stage, Way.REPORT_LATER) as trip:
        assert await pays(stage) == "DONE"
        await stage.passes(seconds=5)
        events = await trip.events()
    assert len(stage.payments.requests) == 1
    assert events == [*STARTED, *ADVANCED]


async def test_after_a_reported_failure_the_merchant_pays_instead(stage: Stage) -> None:
    async with advancing(stage, Way.REPORT_LATER) as trip:
        assert await declines(stage) == "DONE"
        closed = await trip.seen()
        assert await trip.merchant("goods.inspected", outcome="ACCEPTED") == "DONE"
        await stage.passes(seconds=5)
        done = await trip.seen()
    assert (closed["refund"]["advance"], closed["refund"]["waitingFor"]) == (
        "CLOSED",
        "MERCHANT_RECEIPT",
    )
    assert done["refund"]["message"] == "Paid by the merchant"
    assert charged(stage) == [("MERCHANT_REFUND", 19_900)]


async def test_a_merchant_who_cannot_pay_is_charged_again_every_six_hours(stage: Stage) -> None:
    async with in_both_languages(stage, level=1) as phones:
        trip = await opened(phones[0], pickup=False)
        assert await trip.merchant("return.approved") == "DONE"
        await trip.is_sent()
        assert await trip.merchant("goods.inspected", outcome="ACCEPTED") == "DONE"
        stage.payments.will(Way.DECLINE, Way.DECLINE)
        await stage.work()
        seen = await in_both(phones, trip)
        await stage.passes(hours=5, minutes=59)
        assert len(stage.payments.ids) == 1
        await stage.passes(minutes=1)
        await stage.passes(hours=6)
        events, done = await trip.events(), await trip.seen()
    assert messages(seen, "refund", "message") == ("The money is on its way", "退款正在路上")
    assert [(one["code"], one["by"]) for one in seen[0]["nextActions"]] == [
        ("WAIT_FOR_REFUND", "2026-03-10T16:00:00.000+08:00")
    ]
    assert [(one["what"], one["thenWhat"]) for one in seen[0]["deadlines"]] == [
        ("REFUND_RETRY", "The payment is tried again.")
    ]
    assert events[-3:] == [*["REFUND_PAYMENT_FAILED"] * 2, "REFUND_PAID_BY_MERCHANT"]
    assert (done["missedDeadlines"], done["deadlines"], done["nextActions"]) == ([], [], [])
    assert charged(stage) == [("MERCHANT_REFUND", 19_900)]


async def test_who_accepts_before_the_advance_is_paid_settles_once_it_is(stage: Stage) -> None:
    async with advancing(stage, Way.REPORT_LATER) as trip:
        assert await trip.merchant("goods.inspected", outcome="ACCEPTED") == "DONE"
        await stage.work()
        between = await where(trip)
        assert await pays(stage) == "DONE"
        await stage.passes(seconds=5)
        events = await trip.events()
    assert between == ("SUCCEEDED", "APPLYING")
    assert events[3:] == ["RETURN_SUCCEEDED", "REFUND_ADVANCED", "REFUND_SETTLED"]
    assert len(stage.payments.ids) == 1


async def test_who_accepts_before_the_advance_is_declined_pays(stage: Stage) -> None:
    async with advancing(stage, Way.REPORT_LATER) as trip:
        assert await trip.merchant("goods.inspected", outcome="ACCEPTED") == "DONE"
        assert await declines(stage) == "DONE"
        await stage.passes(seconds=5)
        events = await trip.events()
    assert events[3:] == ["RETURN_SUCCEEDED", "ADVANCE_CLOSED", "REFUND_PAID_BY_MERCHANT"]
    assert charged(stage) == [("MERCHANT_REFUND", 19_900)]


async def test_an_advance_that_arrives_after_the_refusal_stood_is_owed_back(stage: Stage) -> None:
    async with advancing(stage, Way.REPORT_LATER) as trip:
        await trip.goods_are_refused()
        refused = await where(trip)
        await trip.does(docs.OBJECT)
        assert await trip.staff_decide("MERCHANT") == "DONE"
        assert await pays(stage) == "DONE"
        seen, events = await trip.seen(), await trip.events()
    assert refused == ("MERCHANT_REFUSED", "APPLYING")
    assert seen["refund"]["owed"]["minor"] == 19_900
    assert codes(seen["nextActions"]) == ["REPAY_REFUND"]
    assert events[3:] == [
        *["GOODS_REFUSED", "DISPUTE_OPENED", "RETURN_CLOSED"],
        *["REFUND_ADVANCED", "REFUND_CLAWED_BACK"],
    ]


async def test_an_advance_that_is_declined_after_the_refusal_stood_is_owed_by_nobody(
    stage: Stage,
) -> None:
    async with advancing(stage, Way.REPORT_LATER) as trip:
        await trip.goods_are_refused()
        await trip.does(docs.OBJECT)
        assert await trip.staff_decide("MERCHANT") == "DONE"
        assert await declines(stage) == "DONE"
        await stage.passes(seconds=5)
        seen = await trip.seen()
    assert (seen["status"], seen["refund"]["advance"]) == ("CLOSED", "CLOSED")
    assert (seen["refund"]["owed"]["minor"], seen["nextActions"]) == (0, [])
    assert charged(stage) == []
