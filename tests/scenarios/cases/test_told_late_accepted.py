"""`pickup.accepted` of the fourth minute is reported in the sixth: the company was not silent."""

from typing import Any

from tests.support.journeys.return_lives import BOOKED, opened
from tests.support.journeys.stage import Stage, nothing_changes

IN_TIME = "2026-03-10T10:04:00+08:00"
OFFERED = ["COURIER_ANSWER", "PICKUP_OFFERED_TO_NEXT"]


def calls(stage: Stage) -> list[tuple[str, str]]:
    """To couriers: what, and to which company."""
    return [(kind, data["courierCompany"]) for kind, data in stage.partners.calls]


def company(pickup: Any) -> tuple[str, str]:
    return pickup["courierCompany"]["code"], pickup["status"]


async def test_it_has_the_pickup_again_and_the_next_one_need_not_come(stage: Stage) -> None:
    async with stage.shopper() as phone:
        trip = await opened(phone)
        await stage.passes(minutes=6)
        assert company(await trip.pickup()) == ("sf", "AWAITING_COURIER")
        late = await trip.courier("accepted", courierCompany="cainiao", at=IN_TIME)
        await stage.work()
        seen, events = await trip.seen(), await trip.events()
        after = await trip.courier("accepted", courierCompany="sf")
    assert (late, company(seen["pickup"])) == ("DONE", ("cainiao", "ACCEPTED"))
    assert seen["pickup"]["acceptedAt"] == "2026-03-10T10:04:00.000+08:00"
    assert seen["missedDeadlines"] == []
    assert events == [*BOOKED, *OFFERED, "PICKUP_ACCEPTED", "COURIER_ANSWER"]
    assert calls(stage) == [
        ("pickup.requested", "cainiao"),
        ("pickup.requested", "sf"),
        ("pickup.cancelled", "sf"),
        ("pickup.confirmed", "cainiao"),
    ]
    assert after.startswith("IMPOSSIBLE: ")


async def test_the_first_to_have_accepted_keeps_it(stage: Stage) -> None:
    async with stage.shopper() as phone:
        trip = await opened(phone)
        await stage.passes(minutes=6)
        assert await trip.courier("accepted", courierCompany="sf") == "DONE"
        first = {"courierCompany": "cainiao", "courierName": "王师傅", "at": IN_TIME}
        assert await trip.courier("accepted", **first) == "DONE"
        await stage.work()
        pickup = await trip.pickup()
    assert company(pickup) == ("cainiao", "ACCEPTED")
    assert pickup["acceptedAt"] == "2026-03-10T10:04:00.000+08:00"
    assert pickup["courier"]["name"] == "王师傅"
    assert calls(stage)[-2:] == [("pickup.cancelled", "sf"), ("pickup.confirmed", "cainiao")]


async def test_the_word_of_who_has_the_goods_stands(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone)
        await stage.passes(minutes=6)
        assert await trip.courier("collected", courierCompany="sf") == "DONE"
        await stage.work()
        async with nothing_changes(stage):
            late = await trip.courier("accepted", courierCompany="cainiao", at=IN_TIME)
        assert company(await trip.pickup()) == ("sf", "COLLECTED")
    assert late == "IMPOSSIBLE: sf has collected the goods already"


async def test_a_company_that_lost_the_pickup_and_collected_has_it(stage: Stage) -> None:
    async with stage.shopper() as phone:
        trip = await opened(phone)
        await stage.passes(minutes=6)
        assert await trip.courier("accepted", courierCompany="sf") == "DONE"
        assert await trip.courier("collected", courierCompany="cainiao") == "DONE"
        await stage.work()
        assert company(await trip.pickup()) == ("cainiao", "COLLECTED")
    assert calls(stage)[-1] == ("pickup.cancelled", "sf")


async def test_the_last_company_has_it_again_after_the_cancellation(stage: Stage) -> None:
    async with stage.shopper() as phone:
        trip = await opened(phone)
        for _ in range(3):
            await stage.passes(minutes=5)
        cancelled = await trip.pickup()
        in_time = "2026-03-10T10:14:00+08:00"
        assert await trip.courier("accepted", courierCompany="yto", at=in_time) == "DONE"
        pickup = await trip.pickup()
    assert (cancelled["status"], cancelled["cancelReason"]) == ("CANCELLED", "NO_COURIER")
    assert (company(pickup), pickup["cancelReason"]) == (("yto", "ACCEPTED"), None)


async def test_what_was_accepted_too_late_stays_with_the_next(stage: Stage) -> None:
    async with stage.shopper() as phone:
        trip = await opened(phone)
        await stage.passes(minutes=6)
        async with nothing_changes(stage):
            late = "2026-03-10T10:05:01+08:00"
            answer = await trip.courier("accepted", courierCompany="cainiao", at=late)
    assert answer == (
        "IMPOSSIBLE: at: not accepted by 2026-03-10T02:05:00.000+00:00: the pickup is offered to sf"
    )
