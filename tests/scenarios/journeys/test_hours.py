"""Returns that begin when no courier comes: at night, on a holiday, across midnight (P9, R7)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.support.journeys import documents as docs
from tests.support.journeys.return_lives import ADVANCED, STARTED, WEIGHED, where
from tests.support.journeys.stage import Phone, Stage, Trip, nothing_changes
from tests.support.models import shanghai

NOT_BOOKED = "pickupNotBooked { code message alternatives { id startsAt } }"
TAP = docs.ONE_TAP.replace("replayed return", f"replayed {NOT_BOOKED} return", 1)
MICROSECOND = timedelta(microseconds=1)
DONE = [*WEIGHED, *ADVANCED, "GOODS_RECEIVED", "RETURN_SUCCEEDED", "REFUND_SETTLED"]


async def tapped(phone: Phone, line: str, **pickup: str) -> tuple[Trip, Any]:
    """The return, and the answer to the tap."""
    answer = await phone.ask(TAP, line=line, pickup=pickup)
    assert answer["__typename"] == "OneTapReturnSuccess", answer
    return await phone.watches(answer["return"]["id"]), answer


async def goes_on_to_its_end(trip: Trip, starts_at: datetime) -> None:
    """The company accepts in time, the courier comes in the slot; the parcel takes two days."""
    stage = trip.stage
    await stage.passes(minutes=2)
    assert await trip.courier("accepted", courierCompany="cainiao") == "DONE"
    await stage.passes(seconds=(starts_at - stage.world.clock.now()).total_seconds() + 1_800)
    assert await trip.courier("collected") == "DONE"
    await stage.passes(minutes=10)
    assert await trip.courier("weighed", weightGrams=900) == "DONE"
    assert await trip.courier("waybill", waybillNumber="CN0123456789") == "DONE"
    await stage.work()
    assert await where(trip) == ("AWAITING_MERCHANT_RECEIPT", "ADVANCED")
    await stage.passes(days=2)
    assert await trip.merchant("goods.received") == "DONE"
    await stage.passes(hours=1)
    assert await trip.merchant("goods.inspected", outcome="ACCEPTED") == "DONE"
    await stage.work()


@pytest.mark.parametrize(
    ("at", "code", "first"),
    [
        ("2026-03-10T20:30", "OUT_OF_HOURS", "2026-03-11T09:00"),
        ("2026-03-10T23:59", "OUT_OF_HOURS", "2026-03-11T09:00"),
        ("2026-03-10T23:59:59.9", "OUT_OF_HOURS", "2026-03-11T09:00"),
        ("2026-03-11T08:59", "OUT_OF_HOURS", "2026-03-11T09:00"),
        ("2027-02-06T10:00", "CLOSED_DAY", "2027-02-09T09:00"),
        ("2027-02-05T20:30", "OUT_OF_HOURS", "2027-02-09T09:00"),
    ],
    ids=["20:30", "23:59", "midnight", "08:59", "holiday", "eve of the holiday"],
)
async def test_the_whole_journey_when_no_courier_comes_at_the_tap(
    stage: Stage, at: str, code: str, first: str
) -> None:
    stage.world.clock.at = shanghai(at)
    async with stage.shopper(level=4) as phone:
        [line] = await phone.buys()
        trip, answer = await tapped(phone, line)
        offered = answer["pickupNotBooked"]
        assert answer["return"]["status"] == "AWAITING_RETURN_SHIPMENT"
        assert answer["return"]["nextActions"][0]["code"] == "BOOK_PICKUP"
        assert offered["code"] == code
        starts_at = datetime.fromisoformat(offered["alternatives"][0]["startsAt"])
        assert starts_at == shanghai(first)
        await stage.passes(seconds=30)
        await trip.does(docs.BOOK, slot=offered["alternatives"][0]["id"])
        await goes_on_to_its_end(trip, starts_at)
        seen = await trip.seen()
        events = await trip.events()
    assert (seen["status"], seen["refund"]["advance"]) == ("SUCCEEDED", "SETTLED")
    assert (seen["missedDeadlines"], seen["nextActions"]) == ([], [])
    assert events == DONE


@pytest.mark.parametrize(
    ("at", "first"),
    [("2026-03-10T20:30", "2026-03-11T09:00"), ("2027-02-07T12:00", "2027-02-09T09:00")],
    ids=["20:30", "holiday"],
)
async def test_the_whole_journey_in_one_tap_at_any_hour(stage: Stage, at: str, first: str) -> None:
    stage.world.clock.at = shanghai(at)
    async with stage.shopper(level=4) as phone:
        [line] = await phone.buys()
        trip, answer = await tapped(phone, line, ifNotPossible="BOOK_NEXT")
        assert answer["pickupNotBooked"] is None
        slot = answer["return"]["pickup"]["slot"]
        assert datetime.fromisoformat(slot["startsAt"]) == shanghai(first)
        await goes_on_to_its_end(trip, shanghai(first))
        assert await where(trip) == ("SUCCEEDED", "SETTLED")
        assert await trip.events() == DONE


async def test_what_was_offered_before_midnight_is_booked_after_it(stage: Stage) -> None:
    stage.world.clock.at = shanghai("2026-03-10T23:59:59.9")
    async with stage.shopper(level=4) as phone:
        lines = await phone.buys()
        trip, answer = await tapped(phone, lines[0])
        offered = [slot["id"] for slot in answer["pickupNotBooked"]["alternatives"]]
        await stage.passes(seconds=1)
        async with nothing_changes(stage):
            refused = await trip.tries(docs.BOOK, slot="asap-20260310T19")
        booked = await trip.does(docs.BOOK, slot=offered[-1])
    assert offered == [f"20260311T{hour}" for hour in ("09", "11", "13", "15", "17")]
    assert refused["__typename"] == "SlotNotOffered"
    assert booked["pickup"]["slot"]["startsAt"].startswith("2026-03-11T17:00:00")


async def test_the_seven_days_end_at_midnight_in_shanghai(stage: Stage) -> None:
    """Received on 3 March: open until the end of the 10th, with a courier or without."""
    midnight = shanghai("2026-03-11T00:00")
    async with stage.shopper(level=4) as phone:
        last, first = [
            (await phone.buys(received_at=shanghai("2026-03-03T00:00")))[0] for _ in range(2)
        ]
        stage.world.clock.at = midnight - MICROSECOND
        trip, answer = await tapped(phone, last)
        stage.world.clock.at = midnight
        async with nothing_changes(stage):
            refused = await phone.ask(TAP, line=first, pickup={})
        assert (await trip.seen())["status"] == "AWAITING_RETURN_SHIPMENT"
        assert await trip.events() == STARTED
    assert answer["pickupNotBooked"]["code"] == "OUT_OF_HOURS"
    assert refused["__typename"] == "ReturnWindowClosed"


async def test_days_on_which_no_courier_comes_cost_the_shopper_no_time(stage: Stage) -> None:
    """Approved on the eve of Spring Festival: seven days, and the three on which couriers rest."""
    stage.world.clock.at = shanghai("2027-02-05T21:00")
    async with stage.shopper(level=4) as phone:
        [line] = await phone.buys()
        trip, answer = await tapped(phone, line)
        await stage.passes(days=9, hours=23)
        assert (await trip.seen())["status"] == "AWAITING_RETURN_SHIPMENT"
        await stage.passes(hours=1)
        assert (await trip.seen())["closeReason"] == "NOT_SHIPPED_BACK"
    [ship_back] = answer["return"]["deadlines"]
    assert datetime.fromisoformat(ship_back["at"]) == shanghai("2027-02-15T21:00")


async def test_a_pickup_that_is_booked_at_night_waits_for_the_companys_morning(
    stage: Stage,
) -> None:
    stage.world.clock.at = shanghai("2026-03-10T23:59")
    async with stage.shopper(level=4) as phone:
        [line] = await phone.buys()
        trip, answer = await tapped(phone, line, ifNotPossible="BOOK_NEXT")
        await stage.passes(hours=9, minutes=5)
        kept = await trip.pickup()
        await stage.passes(minutes=1)
        offered = await trip.pickup()
        assert await trip.courier("accepted", courierCompany="sf") == "DONE"
    assert answer["return"]["nextActions"][0]["by"].startswith("2026-03-11T09:05:00")
    assert (kept["status"], kept["courierCompany"]["code"]) == ("AWAITING_COURIER", "cainiao")
    assert (offered["status"], offered["courierCompany"]["code"]) == ("AWAITING_COURIER", "sf")
