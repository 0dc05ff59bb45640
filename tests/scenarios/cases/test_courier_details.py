"""The courier's name, phone and pickup code (取件码) in `pickup.accepted` are shown."""

from typing import Any

from tests.support.journeys.documents import MOVE
from tests.support.journeys.return_lives import opened
from tests.support.journeys.stage import Stage, Trip, nothing_changes

WHO = {"courierName": "王师傅", "courierPhone": "13812340000", "pickupCode": "6072"}
SHOWN = {"name": "王师傅", "phone": "138****0000", "pickupCode": "6072"}


async def courier_of(trip: Trip) -> Any:
    return (await trip.pickup())["courier"]


async def test_who_comes_is_shown_with_the_phone_masked(stage: Stage) -> None:
    async with stage.shopper() as phone:
        trip = await opened(phone)
        assert await courier_of(trip) is None
        assert await trip.courier("accepted", courierCompany="cainiao", **WHO) == "DONE"
        assert await courier_of(trip) == SHOWN


async def test_who_comes_may_be_known_later(stage: Stage) -> None:
    async with stage.shopper() as phone:
        trip = await opened(phone)
        assert await trip.courier("accepted", courierCompany="cainiao") == "DONE"
        assert await trip.courier("accepted", courierCompany="cainiao", **WHO) == "DONE"
        assert await courier_of(trip) == SHOWN
        async with nothing_changes(stage):
            assert await trip.courier("accepted", courierCompany="cainiao", **WHO) == "DONE"
        assert (await trip.events())[-1] == "COURIER_NAMED"


async def test_another_company_sends_another_courier(stage: Stage) -> None:
    async with stage.shopper() as phone:
        trip = await opened(phone)
        assert await trip.courier("accepted", courierCompany="cainiao", **WHO) == "DONE"
        await trip.does(MOVE)
        await stage.passes(minutes=5)
        assert await courier_of(trip) is None
