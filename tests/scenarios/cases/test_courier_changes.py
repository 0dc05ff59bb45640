"""`pickup.rescheduled`, `pickup.cancelled` with a reason, and visits before any acceptance."""

import pytest

from tests.support.journeys import documents as docs
from tests.support.journeys.languages import codes
from tests.support.journeys.return_lives import BOOKED, opened
from tests.support.journeys.stage import Stage, Trip, nothing_changes

TOMORROW = {
    "startsAt": "2026-03-11T14:00:00+08:00",
    "endsAt": "2026-03-11T16:30:00+08:00",
    "reason": "暴雨",
}


async def ship_by(trip: Trip) -> str:
    deadlines = (await trip.seen())["deadlines"]
    return str(next(one["at"] for one in deadlines if one["what"] == "SHIP_BACK"))


async def company(trip: Trip) -> tuple[str, str]:
    pickup = await trip.pickup()
    return pickup["courierCompany"]["code"], pickup["status"]


async def test_another_time_is_shown_and_moves_the_deadline_of_the_shopper(stage: Stage) -> None:
    async with stage.shopper() as phone:
        trip = await opened(phone)
        before = await ship_by(trip)
        assert await trip.courier("rescheduled", courierCompany="cainiao", **TOMORROW) == "DONE"
        async with nothing_changes(stage):
            assert await trip.courier("rescheduled", **TOMORROW) == "DONE"
        slot, after = (await trip.pickup())["slot"], await ship_by(trip)
        assert await company(trip) == ("cainiao", "ACCEPTED")
        assert await trip.events() == [*BOOKED, "PICKUP_MOVED"]
        assert await trip.courier("collected", at="2026-03-10T10:00:00+08:00") == "DONE"
    assert slot == {
        "kind": "WINDOW",
        "startsAt": "2026-03-11T14:00:00.000+08:00",
        "endsAt": "2026-03-11T16:30:00.000+08:00",
    }
    assert (before, after) == ("2026-03-17T10:00:00.000+08:00", "2026-03-18T14:30:00.000+08:00")


@pytest.mark.parametrize("ends", ["2026-03-11T13:00:00+08:00", "2026-03-25T10:00:01+08:00"])
async def test_no_time_that_cannot_be(stage: Stage, ends: str) -> None:
    async with stage.shopper() as phone:
        trip = await opened(phone)
        async with nothing_changes(stage):
            answer = await trip.courier("rescheduled", **TOMORROW | {"endsAt": ends})
    assert answer == "IMPOSSIBLE: endsAt: after startsAt and now, at most 14 days ahead"


@pytest.mark.parametrize(
    "reason", ["COURIER_UNABLE", "AREA_NOT_SERVED", "GOODS_NOT_CARRIED", "OTHER"]
)
async def test_a_company_that_does_not_come_makes_room_for_the_next(
    stage: Stage, reason: str
) -> None:
    async with stage.shopper() as phone:
        trip = await opened(phone)
        await stage.passes(minutes=3)
        assert await trip.courier("cancelled", courierCompany="cainiao", reason=reason) == "DONE"
        assert await company(trip) == ("sf", "AWAITING_COURIER")
        assert await trip.events() == [*BOOKED, "PICKUP_OFFERED_TO_NEXT"]
        assert await ship_by(trip) == "2026-03-17T10:03:00.000+08:00"
        async with nothing_changes(stage):
            again = await trip.courier("cancelled", courierCompany="cainiao", reason=reason)
    assert again == "DONE"


async def test_after_the_last_company_the_shopper_books_again_or_ships(stage: Stage) -> None:
    async with stage.shopper() as phone:
        trip = await opened(phone)
        for code in ("cainiao", "sf", "yto"):
            data = {"courierCompany": code, "reason": "AREA_NOT_SERVED"}
            assert await trip.courier("cancelled", **data) == "DONE"
        seen = await trip.seen()
        await trip.is_sent()
    assert (seen["pickup"]["cancelReason"], seen["pickup"]["cancelMessage"]) == (
        "AREA_NOT_SERVED",
        "No courier company comes to this address: please send the goods yourself.",
    )
    assert codes(seen["nextActions"])[:2] == ["BOOK_PICKUP", "SUBMIT_WAYBILL"]


async def test_a_shopper_who_has_cancelled_at_the_courier_is_left_in_peace(stage: Stage) -> None:
    async with stage.shopper() as phone:
        trip = await opened(phone)
        assert await trip.courier("cancelled", reason="SHOPPER_CANCELLED") == "DONE"
        assert (await trip.pickup())["cancelReason"] == "CANCELLED_AT_COURIER"
        assert await trip.events() == [*BOOKED, "PICKUP_CANCELLED"]


async def test_a_visit_may_fail_before_it_was_accepted(stage: Stage) -> None:
    async with stage.shopper() as phone:
        trip = await opened(phone)
        before = await ship_by(trip)
        assert await trip.courier("visit_failed", reason="NOBODY_HOME") == "DONE"
        assert (await trip.pickup())["visitFailure"] == "NOBODY_HOME"
        assert await trip.events() == [*BOOKED, "PICKUP_VISIT_FAILED"]
        assert await ship_by(trip) == before


async def test_a_courier_who_could_not_come_is_followed_by_the_next_company(stage: Stage) -> None:
    async with stage.shopper() as phone:
        trip = await opened(phone)
        await stage.passes(minutes=1)
        assert await trip.courier("visit_failed", reason="COURIER_UNABLE") == "DONE"
        assert await company(trip) == ("sf", "AWAITING_COURIER")
        assert await trip.events() == [*BOOKED, "PICKUP_VISIT_FAILED", "PICKUP_OFFERED_TO_NEXT"]
        assert await ship_by(trip) == "2026-03-17T10:01:00.000+08:00"


async def test_an_unknown_address_costs_the_shopper_no_time(stage: Stage) -> None:
    async with stage.shopper() as phone:
        trip = await opened(phone)
        assert await trip.courier("accepted", courierCompany="cainiao") == "DONE"
        await stage.passes(hours=1)
        assert await trip.courier("visit_failed", reason="ADDRESS_NOT_FOUND") == "DONE"
        assert await company(trip) == ("cainiao", "CANCELLED")
        assert await ship_by(trip) == "2026-03-17T11:00:00.000+08:00"


async def test_a_courier_who_seemed_not_to_come_had_been_there(stage: Stage) -> None:
    async with stage.shopper() as phone:
        trip = await opened(phone)
        assert await trip.courier("accepted", courierCompany="cainiao") == "DONE"
        await stage.passes(hours=2)
        await stage.passes(minutes=40)
        said = {"courierCompany": "cainiao", "reason": "NOBODY_HOME"}
        at = "2026-03-10T11:58:00+08:00"
        assert await trip.courier("visit_failed", **said, at=at) == "DONE"
        seen = await trip.seen()
        async with nothing_changes(stage):
            assert await trip.courier("visit_failed", **said, at=at) == "DONE"
    assert "COURIER_ARRIVAL" not in [one["what"] for one in seen["missedDeadlines"]]
    assert seen["pickup"]["courierCompany"]["code"] != "cainiao"


async def test_the_next_company_comes_while_couriers_do(stage: Stage) -> None:
    """After 20:00 there is no slot today: the first one of the morning is taken."""
    async with stage.shopper() as phone:
        [line] = await phone.buys()
        trip = await phone.returns(line, pickup={"slotId": "20260310T17"})
        assert await trip.courier("accepted", courierCompany="cainiao") == "DONE"
        await stage.passes(hours=9)
        await stage.passes(minutes=30)
        first = (await trip.pickup())["slot"]
        await trip.does(docs.CALL_OFF)
        await stage.passes(hours=1)
        await trip.does(docs.BOOK, slot="20260311T09")
        assert (await trip.pickup())["status"] == "AWAITING_COURIER"
    assert first["startsAt"] == "2026-03-10T19:30:00.000+08:00"
