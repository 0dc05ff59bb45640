"""A number travels once (P7): that of a return that SUCCEEDED serves no new one."""

from collections.abc import Awaitable, Callable

import pytest

from tests.support.journeys import documents as docs
from tests.support.journeys.return_lives import opened
from tests.support.journeys.stage import PHOTO, Stage, Trip, nothing_changes

NUMBER = "SF123456789012"


async def succeeds(trip: Trip) -> None:
    assert await trip.merchant("goods.inspected", outcome="ACCEPTED") == "DONE"


async def closes(trip: Trip) -> None:
    data = {"outcome": "REFUSED", "reason": "EMPTY_PARCEL", "photos": [PHOTO]}
    assert await trip.merchant("goods.inspected", **data) == "DONE"
    await trip.stage.passes(days=3)
    assert (await trip.seen())["status"] == "CLOSED"


@pytest.mark.parametrize("end", [succeeds, closes])
@pytest.mark.parametrize(
    ("company", "typed"), [("sf", NUMBER), ("SF", " sf 1234 5678 9012"), ("sto", NUMBER)]
)
async def test_the_number_is_refused_and_nothing_is_advanced(
    stage: Stage, end: Callable[[Trip], Awaitable[None]], company: str, typed: str
) -> None:
    async with stage.shopper(level=5) as phone:
        first, second = await opened(phone, pickup=False), await opened(phone, pickup=False)
        await first.does(docs.SHIP, company="sf", number=NUMBER)
        await stage.work()
        await end(first)
        await stage.work()
        async with nothing_changes(stage):
            refused = await second.tries(docs.SHIP, company=company, number=typed)
        assert refused["__typename"] == "WaybillUsed"
        assert (await second.seen())["refund"]["advance"] == "NONE"


async def test_the_couriers_report_is_refused_too(stage: Stage) -> None:
    async with stage.shopper(level=5) as phone:
        first, second = await opened(phone), await opened(phone)
        await first.is_fetched(waybill=False)
        await second.is_fetched(waybill=False)
        assert await first.courier("waybill", waybillNumber="CN5072259473") == "DONE"
        await succeeds(first)
        await stage.work()
        async with nothing_changes(stage):
            answer = await second.courier("waybill", waybillNumber="cn5072259473")
    assert answer == "IMPOSSIBLE: other goods travel under this waybill"
