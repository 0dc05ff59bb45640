"""Case courier_no_show: the pickup is accepted, and the courier never comes (P2)."""

from typing import Any

from tests.support.journeys import documents as docs
from tests.support.journeys.languages import codes
from tests.support.journeys.return_lives import BOOKED, opened
from tests.support.journeys.stage import Stage, Trip

LATE = ["COURIER_ARRIVAL", "LATE_COURIER", "PICKUP_OFFERED_TO_NEXT"]
SILENT = ["COURIER_ANSWER", "PICKUP_OFFERED_TO_NEXT"]


def by_code(seen: Any, code: str) -> Any:
    return next(one for one in seen["nextActions"] if one["code"] == code)["by"]


async def stars(trip: Trip) -> Any:
    return (await trip.phone.ask(docs.STARS))["starLevel"]


async def never_fetched(stage: Stage, trip: Trip) -> None:
    """The first company does not come, and the others are silent."""
    await stage.work()
    assert await trip.courier("accepted", courierCompany="cainiao") == "DONE"
    await stage.passes(hours=2)
    for minutes in (30, 5, 5):
        await stage.passes(minutes=minutes)


async def test_the_pickup_goes_to_the_next_company_and_then_back_to_the_shopper(
    stage: Stage,
) -> None:
    async with stage.shopper(level=5) as phone:
        trip = await opened(phone)
        await never_fetched(stage, trip)
        seen, events = await trip.seen(), await trip.events()
    assert events == [
        *[*BOOKED, "PICKUP_ACCEPTED", *LATE, *SILENT],
        *["COURIER_ANSWER", "PICKUP_CANCELLED"],
    ]
    assert (seen["pickup"]["status"], seen["pickup"]["cancelReason"]) == ("CANCELLED", "NO_COURIER")
    assert codes(seen["nextActions"]) == ["BOOK_PICKUP", "SUBMIT_WAYBILL", "CANCEL_RETURN"]
    assert by_code(seen, "SUBMIT_WAYBILL") == "2026-03-17T12:40:00.000+08:00"
    calls = [(kind, data["courierCompany"]) for kind, data in stage.partners.calls]
    assert calls == [
        ("pickup.requested", "cainiao"),
        ("pickup.cancelled", "cainiao"),
        ("pickup.requested", "sf"),
        ("pickup.requested", "yto"),
        ("pickup.cancelled", "yto"),
    ]


async def test_eight_days_later_the_shopper_still_has_five_stars(stage: Stage) -> None:
    async with stage.shopper(level=5) as phone:
        trip = await opened(phone)
        before = await stars(trip)
        await never_fetched(stage, trip)
        await stage.passes(days=6, hours=23)
        assert (await trip.seen())["status"] == "AWAITING_RETURN_SHIPMENT"
        await stage.passes(days=1)
        seen = await trip.seen()
        assert (seen["status"], seen["closeReason"]) == ("CLOSED", "NOT_SHIPPED_BACK")
        assert await stars(trip) == before


async def test_a_server_that_was_down_gives_the_shopper_the_full_days(stage: Stage) -> None:
    """All timers are due at once, in the order of their deadlines."""
    async with stage.shopper(level=5) as phone:
        trip = await opened(phone)
        assert await trip.courier("accepted", courierCompany="cainiao") == "DONE"
        await stage.work()
        await stage.passes(days=8)
        seen = await trip.seen()
        await trip.is_sent()
        assert (await trip.seen())["status"] == "AWAITING_MERCHANT_RECEIPT"
    assert seen["status"] == "AWAITING_RETURN_SHIPMENT"
    assert by_code(seen, "SUBMIT_WAYBILL") == "2026-03-25T10:00:00.000+08:00"


async def test_a_pickup_at_the_end_of_the_days_is_waited_for(stage: Stage) -> None:
    async with stage.shopper(level=5) as phone:
        trip = await opened(phone, pickup=False)
        await stage.passes(days=6)
        await trip.does(docs.BOOK, slot="20260318T13")
        assert await trip.courier("accepted", courierCompany="cainiao") == "DONE"
        await stage.passes(days=2)
        seen = await trip.seen()
        await stage.passes(hours=4)
        assert await trip.courier("visit_failed", reason="NOBODY_HOME") == "DONE"
        after = await trip.seen()
    day_after = "2026-03-19T15:00:00.000+08:00"
    assert (seen["status"], by_code(seen, "SUBMIT_WAYBILL")) == (
        *("AWAITING_RETURN_SHIPMENT", day_after),
    )
    assert (after["status"], by_code(after, "SUBMIT_WAYBILL")) == (seen["status"], day_after)
