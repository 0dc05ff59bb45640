"""Whole lives of returns whose couriers are late, come in vain, or lose the parcel (P1, P2)."""

from datetime import timedelta

from tests.support.journeys import documents as docs
from tests.support.journeys.return_lives import BOOKED, opened, where
from tests.support.journeys.stage import Stage, waybill_number

SILENT = ["COURIER_ANSWER", "PICKUP_OFFERED_TO_NEXT"]


async def reports_come_late_and_the_parcel_is_lost(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone)
        for _ in range(3):
            await stage.passes(minutes=5)
        now = stage.world.clock.now()
        in_time, company = (now - timedelta(minutes=1)).isoformat(), {"courierCompany": "yto"}
        assert await trip.courier("accepted", **company, at=in_time) == "DONE"
        assert await trip.courier("accepted", **company, courierName="王师傅") == "DONE"
        times = [(now + timedelta(hours=hours)).isoformat() for hours in (3, 5)]
        moved = dict(zip(("startsAt", "endsAt"), times, strict=True))
        assert await trip.courier("rescheduled", **company, **moved) == "DONE"
        await trip.does(docs.CALL_OFF)
        assert await trip.courier("collected", **company) == "DONE"
        await stage.passes(days=1)
        await stage.passes(days=7)
        assert await where(trip) == ("SUCCEEDED", "SETTLED")
        assert await trip.events() == [
            *[*BOOKED, *SILENT, *SILENT, "COURIER_ANSWER", "PICKUP_CANCELLED"],
            *["PICKUP_ACCEPTED", "COURIER_ANSWER", "COURIER_NAMED", "PICKUP_MOVED"],
            *["PICKUP_CANCELLED", "PICKUP_ACCEPTED", "PICKUP_COLLECTED", "COURIER_WAYBILL"],
            *["PARCEL_TRACE", "PARCEL_LOST", "RETURN_SUCCEEDED"],
            *["REFUND_ADVANCED", "LOSS_SETTLED"],
        ]


async def nobody_comes_and_then_in_vain(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone)
        assert await trip.courier("accepted", courierCompany="cainiao") == "DONE"
        await stage.passes(hours=2)
        await stage.passes(minutes=30)
        for company in ("sf", "yto"):
            said = {"courierCompany": company, "reason": "COURIER_UNABLE"}
            assert await trip.courier("visit_failed", **said) == "DONE"
        await stage.passes(days=3)
        await trip.does(docs.BOOK, slot=None)
        assert await trip.courier("collected") == "DONE"
        for _ in range(2):
            assert await trip.courier("waybill", waybillNumber=waybill_number("CN")) == "DONE"
        assert await trip.events() == [
            *[*BOOKED, "PICKUP_ACCEPTED", "COURIER_ARRIVAL", "LATE_COURIER"],
            *["PICKUP_OFFERED_TO_NEXT", "PICKUP_VISIT_FAILED", "PICKUP_OFFERED_TO_NEXT"],
            *["PICKUP_VISIT_FAILED", "VISITS_ESCALATED", "STAFF_VISITS", "VISITS_DECIDED"],
            *["PICKUP_BOOKED", "PICKUP_ACCEPTED", "PICKUP_COLLECTED"],
            *["WAYBILL_SUBMITTED", "WAYBILL_CORRECTED"],
        ]
