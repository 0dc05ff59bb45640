"""`pickup.collected` of 11:50 arrives at 12:05, and the slot ended at 12:00."""

from tests.support.journeys.return_lives import BOOKED, opened
from tests.support.journeys.stage import Stage

COLLECTED = "2026-03-10T11:50:00+08:00"


async def test_a_courier_who_came_in_time_was_never_late(stage: Stage) -> None:
    async with stage.shopper() as phone:
        trip = await opened(phone)
        assert await trip.courier("accepted", courierCompany="cainiao") == "DONE"
        await stage.passes(hours=2)
        assert [one["what"] for one in (await trip.seen())["missedDeadlines"]] == [
            "COURIER_ARRIVAL"
        ]
        await stage.passes(minutes=5)
        assert await trip.courier("collected", at=COLLECTED) == "DONE"
        seen, pushed = await trip.seen(), await trip.pushed()
    assert seen["pickup"]["collectedAt"] == "2026-03-10T11:50:00.000+08:00"
    assert seen["missedDeadlines"] == []
    assert [one["event"] for one in pushed] == [
        *[*BOOKED, "PICKUP_ACCEPTED", "DEADLINE_MISSED"],
        *["PICKUP_COLLECTED", "DEADLINE_KEPT"],
    ]
    assert pushed[-1]["deadline"] == "COURIER_ARRIVAL"
    assert pushed[-1]["message"] == "What counted as late was in time after all."


async def test_a_courier_who_came_late_stays_on_record(stage: Stage) -> None:
    async with stage.shopper() as phone:
        trip = await opened(phone)
        assert await trip.courier("accepted", courierCompany="cainiao") == "DONE"
        await stage.passes(hours=2, minutes=5)
        late = "2026-03-10T12:02:00+08:00"
        assert await trip.courier("collected", at=late) == "DONE"
        seen = await trip.seen()
    assert seen["pickup"]["collectedAt"] == "2026-03-10T12:02:00.000+08:00"
    assert [one["what"] for one in seen["missedDeadlines"]] == ["COURIER_ARRIVAL"]
