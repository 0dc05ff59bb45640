"""Case "two lines of one order, tapped one after the other" (P8)."""

from bff.db.tables import pickups
from tests.support.database import counts
from tests.support.factories import Goods
from tests.support.journeys import documents as docs
from tests.support.journeys.return_lives import ADVANCED, BOOKED, FETCHED, WEIGHED, where
from tests.support.journeys.stage import Phone, Stage, Trip, waybill_number

Two = tuple[Trip, Trip]


async def two_taps(phone: Phone) -> Two:
    one, other = await phone.buys(Goods(), Goods())
    first = await phone.returns(one, pickup={})
    return first, await phone.returns(other, pickup={})


async def test_they_share_a_courier_a_parcel_and_a_fee(stage: Stage) -> None:
    async with stage.shopper(level=3) as phone:
        first, second = await two_taps(phone)
        await stage.work()
        pickup_id = await first.pickup_id()
        assert await second.pickup_id() == pickup_id
        assert await counts(stage.world.db, pickups) == [1]
        await first.is_fetched(grams=900)
        for trip in (first, second):
            seen = await trip.seen()
            assert seen["refund"]["waitingFor"] == "PICKUP_FEE"
            [to_pay] = [one for one in seen["nextActions"] if one["code"] == "PAY_PICKUP_FEE"]
            assert to_pay["by"] == seen["pickup"]["fee"]["payBy"] is not None
        await second.does(docs.PAY_FEE)
        await stage.work()
        for trip in (first, second):
            assert await where(trip) == ("AWAITING_MERCHANT_RECEIPT", "ADVANCED")
            assert await trip.events() == [*WEIGHED, "PICKUP_FEE_DUE", "PICKUP_FEE_PAID", *ADVANCED]
    assert [payment["kind"] for payment in stage.payments.charged.values()].count("PICKUP_FEE") == 1


async def test_the_courier_knows_the_whole_parcel(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        one, other = await phone.buys(Goods(), Goods())
        first = await phone.returns(one, pickup={})
        await stage.work()
        second = await phone.returns(other, pickup={})
        await stage.work()
        await first.does(docs.CANCEL)
        await stage.work()
        seen = await second.seen()
    calls = [(kind, len(data["parcel"])) for kind, data in stage.partners.calls if "parcel" in data]
    changed = "pickup.parcel_changed"
    assert calls == [("pickup.requested", 1), (changed, 2), (changed, 1)]
    assert seen["pickup"]["status"] == "AWAITING_COURIER"


async def test_a_cancelled_pickup_is_cancelled_for_both(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        first, second = await two_taps(phone)
        await second.does(docs.CALL_OFF)
        assert (await first.pickup())["status"] == "CANCELLED"
        assert [*BOOKED, "PICKUP_CANCELLED"] == await first.events() == await second.events()
        await first.does(docs.BOOK)
        await second.does(docs.BOOK)
        assert await first.pickup_id() == await second.pickup_id()


async def test_who_sends_one_thing_otherwise_still_has_the_other_fetched(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        first, second = await two_taps(phone)
        await first.is_sent()
        assert await first.pickup() is None
        await second.is_fetched(grams=900)
        assert await where(first) == await where(second)
        assert (await second.events())[: len(FETCHED)] == FETCHED


async def test_a_shopper_enters_the_number_of_the_whole_parcel(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        first, second = await two_taps(phone)
        await first.is_fetched(grams=900, waybill=False)
        number = waybill_number("CN")
        await second.does(docs.SHIP, company="cainiao", number=number)
        assert (await first.seen())["waybill"]["number"] == number


async def test_an_unpaid_fee_counts_once_against_the_stars(stage: Stage) -> None:
    async with stage.shopper(level=3) as phone:
        first, second = await two_taps(phone)
        await first.is_fetched(grams=900)
        await stage.passes(hours=24)
        missed = [await trip.events() for trip in (first, second)]
        assert [events.count("PICKUP_FEE") for events in missed] == [1, 0]
        for trip in (first, second):
            assert await where(trip) == ("AWAITING_MERCHANT_RECEIPT", "CLOSED")


async def test_another_time_is_another_pickup(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        one, other = await phone.buys(Goods(), Goods())
        first = await phone.returns(one, pickup={})
        second = await phone.returns(other, pickup={"slotId": "20260311T13"})
        assert await first.pickup_id() != await second.pickup_id()


async def test_goods_of_another_order_are_another_parcel(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        [one], [other] = await phone.buys(Goods()), await phone.buys(Goods())
        first = await phone.returns(one, pickup={})
        second = await phone.returns(other, pickup={})
        assert await first.pickup_id() != await second.pickup_id()


async def test_a_corrected_number_is_that_of_the_whole_parcel(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        first, second = await two_taps(phone)
        await first.is_fetched()
        by_courier = waybill_number("CN")
        assert await first.courier("waybill", waybillNumber=by_courier) == "DONE"
        for trip in (first, second):
            assert (await trip.seen())["waybill"]["number"] == by_courier
        await second.does(docs.SHIP, company="zto", number="75812345678901")
        for trip in (first, second):
            assert (await trip.seen())["waybill"]["number"] == "75812345678901"
            assert (await trip.events())[-2:] == ["WAYBILL_CORRECTED"] * 2
