"""The pickup fee is paid once, after any number of tries; then the refund continues. R8, R11."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.support.journeys import documents as docs
from tests.support.journeys.languages import codes
from tests.support.journeys.partners import Data, Way
from tests.support.journeys.return_lives import FETCHED, WEIGHED, opened
from tests.support.journeys.stage import Stage, Trip, nothing_changes

NOW = "2026-03-10T10:00:00.000+08:00"


@asynccontextmanager
async def held_back(stage: Stage, *, waybill: bool = True) -> AsyncIterator[Trip]:
    """Weighed, and waiting for 12 yuan."""
    async with stage.shopper(level=3) as phone:
        trip = await opened(phone)
        await trip.is_fetched(grams=900, waybill=waybill)
        yield trip


def fees(stage: Stage) -> list[Data]:
    """What shoppers were charged."""
    return [one for one in stage.payments.charged.values() if one["kind"] == "PICKUP_FEE"]


async def test_once_paid_the_refund_goes_on_by_itself_and_is_pushed(stage: Stage) -> None:
    async with held_back(stage) as trip:
        waiting = await trip.seen()
        await trip.does(docs.PAY_FEE)
        await stage.work()
        done = await trip.seen()
        pushed = (await trip.pushed())[len(WEIGHED) + 1 :]
    assert (waiting["waybill"], waiting["refund"]["advance"]) == (None, "NONE")
    assert done["waybill"]["submittedBy"] == "COURIER"
    assert (done["pickup"]["fee"]["paidAt"], done["refund"]["refundedAt"]) == (NOW, NOW)
    assert [(one["event"], one["returnStatus"], one["advance"]) for one in pushed] == [
        ("PICKUP_FEE_PAID", "AWAITING_RETURN_SHIPMENT", "NONE"),
        ("WAYBILL_SUBMITTED", "AWAITING_MERCHANT_RECEIPT", "APPLYING"),
        ("REFUND_ADVANCED", "AWAITING_MERCHANT_RECEIPT", "ADVANCED"),
    ]


@pytest.mark.parametrize(
    "way", [Way.REPORT_LATER, Way.FAIL, Way.PAY_AND_LOSE_THE_ANSWER, Way.PAY_AND_HANG]
)
async def test_a_service_without_an_answer_gets_the_same_payment_again(
    stage: Stage, way: Way
) -> None:
    async with held_back(stage) as trip:
        stage.payments.will(way)
        await trip.does(docs.PAY_FEE)
        await stage.work()
        under_way = await trip.tries(docs.PAY_FEE)
        await stage.passes(seconds=5)
        fee = (await trip.pickup())["fee"]
    assert under_way["__typename"] == "PickupFeePaymentUnderWay"
    assert fee["status"] == "PAID"
    assert len(stage.payments.requests) == 3
    assert [one["kind"] for one in stage.payments.charged.values()] == ["PICKUP_FEE", "ADVANCE"]
    assert [one["amountMinor"] for one in fees(stage)] == [1_200]


async def test_a_failed_payment_is_tried_again_and_the_shopper_charged_once(stage: Stage) -> None:
    async with held_back(stage) as trip:
        for way in (Way.DECLINE, Way.DECLINE, Way.PAY_AND_LOSE_THE_ANSWER):
            stage.payments.will(way)
            await trip.does(docs.PAY_FEE)
            await stage.passes(seconds=5)
        await stage.passes(seconds=5)
        async with nothing_changes(stage):
            again = await trip.tries(docs.PAY_FEE)
    assert (again["__typename"], again["status"]) == ("PickupFeeNotDue", "PAID")
    assert [one["amountMinor"] for one in fees(stage)] == [1_200]
    assert (
        len({one["paymentId"] for one in stage.payments.requests if one["kind"] == "PICKUP_FEE"})
        == 3
    )


async def test_a_payment_webhook_acts_once_and_stands(stage: Stage) -> None:
    async with held_back(stage) as trip:
        stage.payments.will(Way.REPORT_LATER)
        await trip.does(docs.PAY_FEE)
        await stage.work()
        payment = {"paymentId": stage.payments.last}
        paid = await stage.report("payments", "payment.succeeded", **payment, reference="r")
        before = await trip.events()
        async with nothing_changes(stage):
            twice = await stage.report("payments", "payment.succeeded", **payment, reference="r")
            other = await stage.report("payments", "payment.failed", **payment, reason="no")
        assert await trip.events() == before
    assert (paid, twice) == ("DONE", "DONE")
    assert other == "IMPOSSIBLE: the payment is SUCCEEDED already"
    assert before[-2:] == ["PICKUP_FEE_PAID", "WAYBILL_SUBMITTED"]


async def test_there_is_nothing_to_pay_before_the_scales(stage: Stage) -> None:
    async with stage.shopper(level=3) as phone:
        trip = await opened(phone)
        async with nothing_changes(stage):
            refused = await trip.tries(docs.PAY_FEE)
    assert (refused["__typename"], refused["status"]) == ("PickupFeeNotDue", "UNPAID")
    assert refused["message"] == "There is nothing to pay now for this pickup."


async def test_a_waybill_of_the_shoppers_own_is_no_way_round_the_fee(stage: Stage) -> None:
    async with held_back(stage, waybill=False) as trip:
        pickup = await trip.pickup()
        async with nothing_changes(stage):
            refused = await trip.tries(docs.SHIP, company="sf", number="SF123456789012")
    assert refused["__typename"] == "PickupFeeUnpaid"
    assert (refused["pickupId"], refused["amount"]["minor"]) == (pickup["id"], 1_200)


async def test_a_waybill_that_comes_before_the_scales_makes_the_quote_final(stage: Stage) -> None:
    async with stage.shopper(level=3) as phone:
        trip = await opened(phone)
        await trip.is_fetched()
        final = await trip.pickup()
        async with nothing_changes(stage):
            late = await trip.courier("weighed", weightGrams=9_000)
        events = await trip.events()
    fee = final["fee"]
    assert (fee["amount"]["minor"], fee["due"]["minor"], fee["weightGrams"]) == (1_200, 1_200, None)
    assert late == "IMPOSSIBLE: the fee is final already"
    assert events == [*FETCHED, "PICKUP_FEE_DUE"]


async def test_who_does_not_pay_in_time_loses_the_advance_and_still_owes(stage: Stage) -> None:
    async with held_back(stage) as trip:
        await stage.passes(hours=24)
        late = await trip.seen()
        stars = (await trip.phone.ask(docs.STARS))["starLevel"]["history"]
        assert await trip.merchant("goods.inspected", outcome="ACCEPTED") == "DONE"
        await stage.work()
        await trip.does(docs.PAY_FEE)
        await stage.work()
        done = await trip.seen()
    assert (late["status"], late["refund"]["advance"]) == ("AWAITING_MERCHANT_RECEIPT", "CLOSED")
    assert late["refund"]["waitingFor"] == "MERCHANT_RECEIPT"
    assert codes(late["nextActions"]) == [
        "PAY_PICKUP_FEE",
        "WAIT_FOR_MERCHANT_RECEIPT",
        "CORRECT_WAYBILL",
    ]
    assert [one["message"] for one in late["missedDeadlines"]] == [
        "The pickup fee was not paid in time."
    ]
    assert (stars[0]["cause"], stars[0]["return"]) == ("FEE_UNPAID", {"id": trip.id})
    assert done["refund"]["message"] == "Paid by the merchant"
    assert done["pickup"]["fee"]["status"] == "PAID"
    assert (codes(done["nextActions"]), len(fees(stage))) == ([], 1)


async def test_a_slow_payment_that_fails_leaves_an_hour_to_try_again(stage: Stage) -> None:
    async with held_back(stage) as trip:
        stage.payments.will(Way.REPORT_LATER)
        await trip.does(docs.PAY_FEE)
        await stage.work()
        stage.payments.will(Way.DECLINE)
        await stage.passes(hours=30)
        fee = (await trip.pickup())["fee"]
        await stage.passes(minutes=59)
        in_time = await trip.events()
        await stage.passes(minutes=1)
        too_late = await trip.events()
    assert (fee["status"], fee["payBy"]) == ("PAYMENT_FAILED", "2026-03-11T17:00:00.000+08:00")
    assert in_time[-1] == "PICKUP_FEE_PAYMENT_FAILED"
    assert too_late[len(in_time) :] == ["PICKUP_FEE", "ADVANCE_CLOSED", "WAYBILL_SUBMITTED"]
