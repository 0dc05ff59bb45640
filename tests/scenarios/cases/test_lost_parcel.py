"""The courier has the goods, and loses them: the shopper has the money all the same (P2)."""

from typing import Any

import pytest

from tests.support.database import balances
from tests.support.journeys.documents import BOOK, PAY_FEE
from tests.support.journeys.partners import Way
from tests.support.journeys.return_lives import FETCHED, opened
from tests.support.journeys.stage import Stage, nothing_changes


def moment(seen: Any, what: str) -> str:
    return str(next(one["at"] for one in seen["deadlines"] if one["what"] == what))


@pytest.mark.parametrize("level", [2, 3, 4])
async def test_a_parcel_without_any_sign_counts_as_lost(stage: Stage, level: int) -> None:
    async with stage.shopper(level=level) as phone:
        trip = await opened(phone, pickup=level > 2)
        if level == 2:
            assert await trip.merchant("return.approved") == "DONE"
            await trip.does(BOOK)
        assert await trip.courier("collected") == "DONE"
        before = await trip.seen()
        await stage.passes(days=1)
        assert (await trip.events())[-1] == "COURIER_WAYBILL"
        await stage.passes(days=7)
        seen, events = await trip.seen(), await trip.events()
    assert moment(before, "PARCEL_TRACE") == "2026-03-18T10:00:00.000+08:00"
    assert (seen["status"], seen["pickup"]["status"]) == ("SUCCEEDED", "LOST")
    assert seen["refund"]["advance"] == "SETTLED"
    assert seen["pickup"]["fee"]["message"] == "The pickup costs you nothing."
    assert events[-5:] == [
        *["PARCEL_TRACE", "PARCEL_LOST", "RETURN_SUCCEEDED", "REFUND_ADVANCED", "LOSS_SETTLED"]
    ]
    amount = seen["refund"]["amount"]["minor"]
    assert await balances(stage.world.db) == {
        "courier:cainiao": -amount,
        f"shopper:{phone.shopper_id}": amount,
    }


async def test_a_parcel_that_the_courier_reports_as_lost(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone)
        await trip.is_fetched(grams=900)
        assert await trip.parcel_is_lost(courierCompany="cainiao") == "DONE"
        async with nothing_changes(stage):
            assert await trip.parcel_is_lost(courierCompany="cainiao") == "DONE"
        seen = await trip.seen()
    assert (seen["status"], seen["refund"]["advance"]) == ("SUCCEEDED", "SETTLED")
    assert (await balances(stage.world.db))["courier:cainiao"] == -seen["refund"]["amount"]["minor"]


async def test_it_had_been_collected_by_that(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone)
        assert await trip.parcel_is_lost() == "DONE"
        await stage.work()
        assert (await trip.events())[: len(FETCHED)] == FETCHED
        assert (await trip.seen())["status"] == "SUCCEEDED"


async def test_goods_that_the_merchant_has_are_not_lost(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone)
        await trip.is_fetched(grams=900)
        assert await trip.merchant("goods.received") == "DONE"
        async with nothing_changes(stage):
            assert await trip.parcel_is_lost() == "IMPOSSIBLE: the merchant has the goods"


async def test_a_payment_that_fails_is_tried_again(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone)
        assert await trip.courier("collected") == "DONE"
        stage.payments.will(Way.DECLINE)
        assert await trip.parcel_is_lost() == "DONE"
        await stage.work()
        await stage.passes(hours=6)
        assert (await trip.seen())["refund"]["refundedAt"]
    payers = [payment["payer"] for payment in stage.payments.charged.values()]
    assert payers == ["courier:cainiao"]


async def test_a_fee_that_was_paid_for_it_comes_back(stage: Stage) -> None:
    async with stage.shopper(level=3) as phone:
        trip = await opened(phone)
        await trip.is_fetched(grams=900)
        await trip.does(PAY_FEE)
        await stage.work()
        assert (await trip.seen())["status"] == "AWAITING_MERCHANT_RECEIPT"
        assert await trip.parcel_is_lost() == "DONE"
        await stage.work()
        assert (await trip.events())[-1] == "OVERPAYMENT_RETURNED"
        amount = (await trip.seen())["refund"]["amount"]["minor"]
    assert await balances(stage.world.db) == {
        "courier:cainiao": -amount,
        f"shopper:{phone.shopper_id}": amount,
    }


async def test_so_does_one_whose_payment_was_under_way(stage: Stage) -> None:
    async with stage.shopper(level=3) as phone:
        trip = await opened(phone)
        await trip.is_fetched(grams=900)
        await trip.does(PAY_FEE)
        assert await trip.parcel_is_lost() == "DONE"
        await stage.work()
        amount = (await trip.seen())["refund"]["amount"]["minor"]
    assert (await balances(stage.world.db))[f"shopper:{phone.shopper_id}"] == amount
