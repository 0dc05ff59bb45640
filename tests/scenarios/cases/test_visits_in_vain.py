"""Two visits in vain are staff's matter, with a deadline (P2)."""

from typing import Any

import pytest

from tests.support.journeys import documents as docs
from tests.support.journeys.languages import codes
from tests.support.journeys.return_lives import opened
from tests.support.journeys.stage import Stage, Trip

STAFF_BY = "2026-03-13T10:00:00.000+08:00"


async def two_visits(trip: Trip) -> Any:
    """Both on one day; the return as it is then."""
    assert await trip.courier("visit_failed", reason="NOBODY_HOME") == "DONE"
    await trip.does(docs.BOOK)
    assert await trip.courier("visit_failed", reason="GOODS_NOT_READY") == "DONE"
    return await trip.seen()


async def decide(trip: Trip, outcome: str) -> str:
    return await trip.stage.report("staff", "visits.decided", returnId=trip.id, outcome=outcome)


async def stars(trip: Trip) -> Any:
    return (await trip.phone.ask(docs.STARS))["starLevel"]


async def test_staff_are_to_decide_and_the_shopper_may_ship_meanwhile(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone)
        seen = await two_visits(trip)
        await trip.is_sent()
        assert (await trip.seen())["status"] == "AWAITING_MERCHANT_RECEIPT"
        late = await decide(trip, "CLOSE")
        assert (await trip.events())[-3:] == [
            *["VISITS_ESCALATED", "WAYBILL_SUBMITTED", "REFUND_ADVANCED"]
        ]
    assert [(one["code"], one["by"]) for one in seen["nextActions"]] == [
        ("WAIT_FOR_STAFF", STAFF_BY),
        ("BOOK_PICKUP", None),
        ("SUBMIT_WAYBILL", None),
        ("CANCEL_RETURN", None),
    ]
    assert [(one["what"], one["at"]) for one in seen["deadlines"]] == [("STAFF_VISITS", STAFF_BY)]
    assert late == "IMPOSSIBLE: the return is AWAITING_MERCHANT_RECEIPT"


async def test_the_silence_of_staff_gives_the_full_days_to_ship(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone)
        await two_visits(trip)
        await stage.passes(days=3)
        seen, before = await trip.seen(), await stars(trip)
        await stage.passes(days=7)
        closed, after = await trip.seen(), await stars(trip)
    assert [(one["what"], one["at"]) for one in seen["deadlines"]] == [
        ("SHIP_BACK", "2026-03-20T10:00:00.000+08:00")
    ]
    assert (closed["status"], closed["closeReason"]) == ("CLOSED", "NOT_SHIPPED_BACK")
    assert after == before


async def test_staff_close_it_without_any_disadvantage(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone)
        await two_visits(trip)
        before = await stars(trip)
        assert await decide(trip, "CLOSE") == "DONE"
        seen = await trip.seen()
        assert await stars(trip) == before
    assert (seen["status"], seen["closeReason"], seen["message"]) == (
        "CLOSED",
        "VISITS_IN_VAIN",
        "No courier could collect the goods; it costs you nothing.",
    )


@pytest.mark.parametrize("level", [2, 4])
async def test_staff_give_the_money_back_and_the_platform_bears_it(
    stage: Stage, level: int
) -> None:
    async with stage.shopper(level=level) as phone:
        trip = await opened(phone, pickup=False)
        if level == 2:
            assert await trip.merchant("return.approved") == "DONE"
        await trip.does(docs.BOOK)
        await two_visits(trip)
        await trip.does(docs.BOOK)
        assert await decide(trip, "REFUND") == "DONE"
        await stage.work()
        seen = await trip.seen()
    assert (seen["status"], seen["refund"]["advance"]) == ("SUCCEEDED", "SETTLED")
    assert seen["pickup"]["status"] == "CANCELLED"
    [paid] = stage.payments.charged.values()
    assert paid["payer"] == "platform:advances"


async def test_there_is_nothing_to_decide_before(stage: Stage) -> None:
    async with stage.shopper() as phone:
        trip = await opened(phone)
        assert await trip.courier("visit_failed", reason="NOBODY_HOME") == "DONE"
        early = await decide(trip, "SHIP_BACK")
        assert "WAIT_FOR_STAFF" not in codes((await trip.seen())["nextActions"])
    assert early == "IMPOSSIBLE: no visits in vain wait for a decision"
