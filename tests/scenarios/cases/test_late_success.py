"""Case "late_success": `payment.succeeded` after `failed`. The money has moved (P1)."""

from collections import Counter
from datetime import timedelta

import pytest

from tests.support.database import balances
from tests.support.factories import Goods
from tests.support.journeys import documents as docs
from tests.support.journeys.languages import codes
from tests.support.journeys.partners import Way
from tests.support.journeys.payment_lives import pays
from tests.support.journeys.return_lives import opened
from tests.support.journeys.stage import Stage, Trip

PRICE = 10_000


async def accepted(stage: Stage, trip: Trip, *ways: Way) -> str:
    """Its merchant has the goods, and the payment service does so; the id of the payment."""
    assert await trip.merchant("return.approved") == "DONE"
    await trip.is_sent()
    stage.payments.will(*ways)
    assert await trip.merchant("goods.inspected", outcome="ACCEPTED") == "DONE"
    await stage.work()
    return stage.payments.last


async def fails(stage: Stage, payment: str) -> str:
    return await stage.report("payments", "payment.failed", paymentId=payment, reason="no funds")


async def balances_by_kind(stage: Stage) -> Counter[str]:
    """Of the ledger's accounts; those of zero left out."""
    by_kind: Counter[str] = Counter()
    for account, minor in (await balances(stage.world.db)).items():
        by_kind[account.partition(":")[0]] += minor
    return by_kind


async def test_it_is_booked_and_the_retry_is_stopped(stage: Stage) -> None:
    async with stage.shopper(level=1) as phone:
        trip = await opened(phone, Goods(paid_minor=PRICE), pickup=False)
        first = await accepted(stage, trip, Way.DECLINE)
        moved_at = stage.world.clock.now() + timedelta(minutes=2)
        stage.world.clock.advance(timedelta(hours=1))
        assert await pays(stage, first, at=moved_at.isoformat()) == "DONE"
        await stage.passes(hours=12)
        seen, events = await trip.seen(), await trip.events()
    assert stage.payments.ids == [first]
    assert seen["refund"]["message"] == "Paid by the merchant"
    assert seen["refund"]["refundedAt"].startswith("2026-03-10T10:02:00")
    assert (seen["refund"]["owed"]["minor"], seen["nextActions"], seen["deadlines"]) == (0, [], [])
    assert events[-2:] == ["REFUND_PAYMENT_FAILED", "REFUND_PAID_BY_MERCHANT"]
    assert await balances_by_kind(stage) == {"merchant": -PRICE, "shopper": PRICE}


async def test_a_second_payment_under_way_is_recalled(stage: Stage) -> None:
    async with stage.shopper(level=1) as phone:
        trip = await opened(phone, Goods(paid_minor=PRICE), pickup=False)
        first = await accepted(stage, trip, Way.DECLINE, Way.REPORT_LATER)
        await stage.passes(hours=6)
        second = stage.payments.last
        assert await pays(stage, first) == "DONE"
        await stage.work()
        assert stage.payments.recalled == [second]
        assert await fails(stage, second) == "DONE"  # it has said so already, to the recall
        seen, events = await trip.seen(), await trip.events()
    assert first != second
    assert seen["refund"]["owed"]["minor"] == 0
    assert events[-2:] == ["PAYMENT_RECALLED", "REFUND_PAID_BY_MERCHANT"]
    assert await balances_by_kind(stage) == {"merchant": -PRICE, "shopper": PRICE}


@pytest.mark.parametrize("recalled", [True, False], ids=["under way", "paid"])
async def test_what_moved_twice_is_owed_and_paid_back(stage: Stage, recalled: bool) -> None:
    async with stage.shopper(level=1) as phone:
        trip = await opened(phone, Goods(paid_minor=PRICE), pickup=False)
        ways = (Way.REPORT_LATER, Way.REPORT_LATER) if recalled else (Way.PAY,)
        first = await accepted(stage, trip, Way.DECLINE, *ways)
        await stage.passes(hours=6)
        second = stage.payments.last
        assert await pays(stage, first) == "DONE"
        if recalled:
            await stage.work()
            assert await pays(stage, second) == "DONE"
        owing = await trip.seen()
        twice = await balances_by_kind(stage)
        level_before = (await phone.ask(docs.STARS))["starLevel"]["level"]
        await trip.does(docs.REPAY)
        under_way = await trip.seen()
        await stage.passes(days=30)
        done, events = await trip.seen(), await trip.events()
        level_after = (await phone.ask(docs.STARS))["starLevel"]["level"]
    refund = owing["refund"]
    assert (refund["owed"]["minor"], refund["message"]) == (
        PRICE,
        "Paid twice by mistake: please pay CN¥100.00 back by 24 Mar 16:00",
    )
    assert codes(owing["nextActions"]) == ["REPAY_REFUND"]
    assert owing["nextActions"][0]["by"] == refund["repayBy"] is not None
    assert twice == {"merchant": -PRICE, "shopper": 2 * PRICE, "debt": -PRICE}
    assert codes(under_way["nextActions"]) == ["WAIT_FOR_REPAYMENT"]
    assert (done["refund"]["owed"]["minor"], done["nextActions"]) == (0, [])
    assert events[-3:] == ["REFUND_PAID_TWICE", "REPAYMENT_REQUESTED", "REFUND_REPAID"]
    assert await balances_by_kind(stage) == {"merchant": -PRICE, "shopper": PRICE}
    assert level_before == level_after


async def test_an_advance_that_failed_and_the_merchants_payment_are_one_refund(
    stage: Stage,
) -> None:
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone, Goods(paid_minor=PRICE), pickup=False)
        stage.payments.will(Way.DECLINE)
        await trip.is_sent()
        advance = stage.payments.last
        assert await trip.merchant("goods.inspected", outcome="ACCEPTED") == "DONE"
        await stage.work()
        assert await pays(stage, advance) == "DONE"
        owing, events = await trip.seen(), await trip.events()
    assert (owing["refund"]["advance"], owing["refund"]["owed"]["minor"]) == ("CLOSED", PRICE)
    assert events[-2:] == ["REFUND_PAID_BY_MERCHANT", "REFUND_PAID_TWICE"]
    assert await balances_by_kind(stage) == {
        "merchant": -PRICE,
        "shopper": 2 * PRICE,
        "debt": -PRICE,
    }


async def test_an_advance_that_succeeds_late_stops_the_merchants_payment(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone, Goods(paid_minor=PRICE), pickup=False)
        stage.payments.will(Way.DECLINE, Way.REPORT_LATER)
        await trip.is_sent()
        advance = stage.payments.last
        assert await trip.merchant("goods.inspected", outcome="ACCEPTED") == "DONE"
        await stage.work()
        assert await pays(stage, advance) == "DONE"
        await stage.work()
        done, events = await trip.seen(), await trip.events()
    assert len(stage.payments.recalled) == 1
    assert (done["refund"]["advance"], done["refund"]["owed"]["minor"]) == ("SETTLED", 0)
    assert events[-3:] == ["PAYMENT_RECALLED", "REFUND_ADVANCED", "REFUND_SETTLED"]
    assert await balances_by_kind(stage) == {"merchant": -PRICE, "shopper": PRICE}


async def test_an_advance_that_succeeds_late_for_a_refused_return_is_owed(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone, Goods(paid_minor=PRICE), pickup=False)
        stage.payments.will(Way.DECLINE)
        await trip.is_sent()
        await trip.goods_are_refused()
        await stage.passes(days=3)
        assert await pays(stage, stage.payments.last) == "DONE"
        seen, events = await trip.seen(), await trip.events()
    assert (seen["refund"]["advance"], seen["refund"]["owed"]["minor"]) == ("CLAWED_BACK", PRICE)
    assert codes(seen["nextActions"]) == ["REPAY_REFUND"]
    assert events[-2:] == ["REFUND_ADVANCED", "REFUND_CLAWED_BACK"]


async def test_a_fee_that_was_charged_twice_comes_back_by_itself(stage: Stage) -> None:
    async with stage.shopper(level=3) as phone:
        trip = await opened(phone)
        await trip.is_fetched(grams=900)
        stage.payments.will(Way.DECLINE)
        await trip.does(docs.PAY_FEE)
        await stage.work()
        first = stage.payments.last
        await trip.does(docs.PAY_FEE)
        await stage.work()
        stage.payments.will(Way.DECLINE)
        assert await pays(stage, first) == "DONE"
        await stage.work()
        waiting = await trip.seen()
        await stage.passes(hours=6)
        done, events = await trip.seen(), await trip.events()
    assert waiting["refund"]["overpaid"]["minor"] == 1_200
    assert "WAIT_FOR_REIMBURSEMENT" in codes(waiting["nextActions"])
    assert done["refund"]["overpaid"]["minor"] == 0
    assert "WAIT_FOR_REIMBURSEMENT" not in codes(done["nextActions"])
    assert [one for one in events if one.startswith(("OVERPA", "REIMB"))] == [
        *["OVERPAID", "REIMBURSEMENT_FAILED", "OVERPAYMENT_RETURNED"]
    ]
    assert (await balances_by_kind(stage))["debt"] == 0


async def test_a_failure_after_a_success_is_a_contradiction(stage: Stage) -> None:
    async with stage.shopper(level=1) as phone:
        trip = await opened(phone, Goods(paid_minor=PRICE), pickup=False)
        first = await accepted(stage, trip, Way.DECLINE)
        assert await pays(stage, first) == "DONE"
        assert await fails(stage, first) == "IMPOSSIBLE: the payment is SUCCEEDED already"
        seen = await trip.seen()
    assert seen["refund"]["message"] == "Paid by the merchant"
