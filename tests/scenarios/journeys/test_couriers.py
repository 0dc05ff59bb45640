"""Couriers: who is called, who is silent, who comes late or in vain. R7."""

import pytest

from tests.support.journeys import documents as docs
from tests.support.journeys.languages import codes, in_both, in_both_languages, messages
from tests.support.journeys.return_lives import BOOKED, opened
from tests.support.journeys.stage import Stage, Trip, nothing_changes, waybill_number

AT_ONCE = "asap-20260310T10"
LATER = "20260310T13"
OFFERED = ["COURIER_ANSWER", "PICKUP_OFFERED_TO_NEXT"]


async def places(trip: Trip) -> dict[str, int]:
    """Places left by slot."""
    slots = await trip.phone.ask(docs.SLOTS, id=trip.id)
    return {slot["id"]: slot["capacityLeft"] for slot in slots}


def companies(stage: Stage, pickup_id: str) -> list[str]:
    """The companies that were called, in turn."""
    requests = [data for _, data in stage.partners.calls if data.get("pickupId") == pickup_id]
    return [data["courierCompany"] for data in requests]


async def test_a_rescheduled_pickup_frees_its_place_and_calls_the_company_anew(
    stage: Stage,
) -> None:
    async with stage.shopper() as phone:
        trip = await opened(phone)
        await stage.work()
        assert await trip.courier("accepted", courierCompany="cainiao") == "DONE"
        before = await places(trip)
        moved = await trip.does(docs.MOVE, slot=LATER)
        after = await places(trip)
        await stage.work()
        events = await trip.events()
    pickup = moved["pickup"]
    assert (before[AT_ONCE], before[LATER]) == (49, 50)
    assert (after[AT_ONCE], after[LATER]) == (50, 49)
    assert (pickup["status"], pickup["slot"]["startsAt"]) == (
        "AWAITING_COURIER",
        "2026-03-10T13:00:00.000+08:00",
    )
    assert codes(moved["nextActions"])[0] == "WAIT_FOR_COURIER"
    assert moved["deadlines"][0]["at"] == "2026-03-10T10:05:00.000+08:00"
    assert events == [*BOOKED, "PICKUP_ACCEPTED", "PICKUP_RESCHEDULED"]
    assert stage.partners.about(pickup["id"]) == ["pickup.requested", "pickup.rescheduled"]
    assert stage.partners.calls[-1][1]["slot"]["startsAt"] == "2026-03-10T05:00:00.000+00:00"


async def test_a_collected_pickup_is_not_rescheduled(stage: Stage) -> None:
    async with stage.shopper() as phone:
        trip = await opened(phone)
        await trip.is_fetched(waybill=False)
        async with nothing_changes(stage):
            refused = [await trip.tries(one) for one in (docs.MOVE, docs.CALL_OFF)]
    assert [one["__typename"] for one in refused] == [
        "PickupNotReschedulable",
        "PickupNotCancellable",
    ]


async def test_silent_companies_lose_the_pickup_to_the_next_and_after_the_last_it_is_off(
    stage: Stage,
) -> None:
    async with in_both_languages(stage, level=3) as phones:
        trip = await opened(phones[0])
        pickup = (await trip.pickup())["id"]
        await stage.work()
        companies_called = []
        for _ in range(3):
            companies_called.append((await trip.pickup())["courierCompany"]["code"])
            await stage.passes(minutes=4, seconds=59)
            assert (await trip.pickup())["courierCompany"]["code"] == companies_called[-1]
            await stage.passes(seconds=1)
        seen = await in_both(phones, trip)
        events = await trip.events()
        left = await places(trip)
        again = await trip.does(docs.BOOK)
    assert companies_called == companies(stage, pickup)[:3] == ["cainiao", "sf", "yto"]
    assert events == [*BOOKED, *OFFERED, *OFFERED, "COURIER_ANSWER", "PICKUP_CANCELLED"]
    assert seen[0]["pickup"]["cancelReason"] == "NO_COURIER"
    assert messages(seen, "pickup", "cancelMessage") == (
        "No courier company has answered: please book again, or send the goods yourself.",
        "没有快递公司接单，请重新预约或自行寄回。",
    )
    assert messages(seen, "pickup", "fee", "message") == (
        "The pickup costs you nothing.",
        "取件对您免费。",
    )
    assert codes(seen[0]["nextActions"])[0] == "BOOK_PICKUP"
    assert len(seen[0]["missedDeadlines"]) == 3
    assert left[AT_ONCE] == 50
    assert again["pickup"]["courierCompany"]["code"] == "cainiao"


async def test_a_late_courier_is_refused_once_another_has_the_pickup(
    stage: Stage,
) -> None:
    async with stage.shopper() as phone:
        trip = await opened(phone)
        await stage.passes(minutes=5, seconds=1)
        async with nothing_changes(stage):
            late = await trip.courier("accepted", courierCompany="cainiao")
        assert await trip.courier("accepted", courierCompany="sf") == "DONE"
        assert (await trip.pickup())["status"] == "ACCEPTED"
    assert late == (
        "IMPOSSIBLE: at: not accepted by 2026-03-10T02:05:00.000+00:00: the pickup is offered to sf"
    )


async def test_once_the_goods_are_collected_no_other_company_has_them(stage: Stage) -> None:
    async with stage.shopper() as phone:
        trip = await opened(phone)
        await stage.passes(minutes=5)
        await trip.courier("accepted", courierCompany="sf")
        assert await trip.courier("collected", courierCompany="sf") == "DONE"
        async with nothing_changes(stage):
            former = await trip.courier("collected", courierCompany="cainiao")
            never = await trip.courier("collected", courierCompany="yto")
    assert former == "IMPOSSIBLE: sf has collected the goods already"
    assert never == "IMPOSSIBLE: courierCompany: the pickup is offered to sf"


async def test_a_late_courier_is_on_record_and_pushed_and_may_come_a_little_later(
    stage: Stage,
) -> None:
    async with in_both_languages(stage, level=4) as phones:
        trip = await opened(phones[0])
        assert await trip.courier("accepted", courierCompany="cainiao") == "DONE"
        before = await in_both(phones, trip)
        chinese = await phones[1].watches(trip.id)
        await stage.passes(hours=2)
        seen = await in_both(phones, trip)
        english, other = (await trip.pushed())[-1], (await chinese.pushed())[-1]
        assert await trip.courier("collected") == "DONE"
    arrival = next(one for one in before[0]["deadlines"] if one["what"] == "COURIER_ARRIVAL")
    assert (arrival["at"], arrival["title"], arrival["thenWhat"]) == (
        "2026-03-10T12:00:00.000+08:00",
        "The courier comes",
        "The delay costs you nothing; if nobody comes, the next company is called.",
    )
    assert seen[0]["missedDeadlines"] == [
        {
            "what": "COURIER_ARRIVAL",
            "dueAt": "2026-03-10T12:00:00.000+08:00",
            "missedAt": "2026-03-10T12:00:00.000+08:00",
            "message": "The courier is late.",
        }
    ]
    assert (english["event"], english["deadline"]) == ("DEADLINE_MISSED", "COURIER_ARRIVAL")
    assert (english["message"], other["message"]) == ("The courier is late.", "快递员迟到。")
    assert codes(seen[0]["deadlines"]) == ["LATE_COURIER", "SHIP_BACK"]
    assert "RESCHEDULE_PICKUP" in codes(seen[0]["nextActions"])


VAIN = {
    "NOBODY_HOME": ("Nobody was there", "家中无人"),
    "GOODS_NOT_READY": ("The goods were not ready", "商品未准备好"),
    "ADDRESS_NOT_FOUND": ("The address could not be found", "找不到地址"),
    "COURIER_UNABLE": ("The courier could not come", "快递员无法上门"),
}


async def comes_in_vain(trip: Trip, why: str) -> str:
    """The company that has the pickup has accepted it."""
    company = (await trip.pickup())["courierCompany"]["code"]
    assert await trip.courier("accepted", courierCompany=company) == "DONE"
    return await trip.courier("visit_failed", courierCompany=company, reason=why)


@pytest.mark.parametrize("why", VAIN)
async def test_after_a_visit_in_vain_the_pickup_is_booked_again(stage: Stage, why: str) -> None:
    """Where the courier could not come, after another company has tried."""
    async with in_both_languages(stage, level=4) as phones:
        trip = await opened(phones[0])
        pickup = (await trip.pickup())["id"]
        assert await comes_in_vain(trip, why) == "DONE"
        if why == "COURIER_UNABLE":
            assert await comes_in_vain(trip, why) == "DONE"
        seen = await in_both(phones, trip)
        assert (seen[0]["pickup"]["cancelReason"], seen[0]["pickup"]["visitFailure"]) == (
            "VISIT_FAILED",
            why,
        )
        assert messages(seen, "pickup", "cancelMessage") == VAIN[why]
        assert "BOOK_PICKUP" in codes(seen[0]["nextActions"])
        assert (await places(trip))[AT_ONCE] == 50
        await stage.passes(minutes=1)
        assert "pickup.cancelled" not in stage.partners.about(pickup)
        booked = await trip.does(docs.BOOK)
        assert booked["pickup"]["id"] != pickup


async def test_a_failed_visit_counts_once_and_not_after_the_collection(
    stage: Stage,
) -> None:
    async with stage.shopper() as phone:
        trip = await opened(phone)
        assert await comes_in_vain(trip, "NOBODY_HOME") == "DONE"
        async with nothing_changes(stage):
            assert await trip.courier("visit_failed", reason="NOBODY_HOME") == "DONE"
        await trip.does(docs.BOOK)
        await trip.is_fetched(waybill=False)
        async with nothing_changes(stage):
            after = await trip.courier("visit_failed", reason="NOBODY_HOME")
    assert after == "IMPOSSIBLE: the goods are collected already"


async def test_reports_in_the_wrong_order_are_believed(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone)
        assert await trip.courier("weighed", weightGrams=900) == "DONE"
        assert await trip.courier("waybill", waybillNumber=waybill_number("CN")) == "DONE"
        await stage.work()
        async with nothing_changes(stage):
            assert await trip.courier("collected") == "DONE"
            assert await trip.courier("accepted", courierCompany="cainiao") == "DONE"
        assert await trip.events() == [
            *[*BOOKED, "PICKUP_ACCEPTED", "PICKUP_COLLECTED", "PICKUP_WEIGHED"],
            *["WAYBILL_SUBMITTED", "REFUND_ADVANCED"],
        ]
