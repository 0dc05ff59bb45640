"""What merchants report about a return: each report acts once, or changes nothing."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bff.core.report_errors import ImpossibleReportError
from bff.domain.returns.reports import merchant
from tests.support.database import nothing_changes
from tests.support.factories import create_shopper
from tests.support.return_cases import apply_report
from tests.support.return_documents import CANCEL, SHIP
from tests.support.return_steps import ask, buy, open_return, read_return
from tests.support.world import World

NUMBER = {"company": "sf", "number": "SF123456789012"}


async def test_a_parcel_that_has_come_begins_the_merchants_seven_days(server: World) -> None:
    """Received is not accepted: nothing is settled yet."""
    shopper = await create_shopper(server.db, level=2)
    async with server.client(shopper) as app:
        waiting = (await open_return(app, await buy(server, shopper)))["id"]
        await apply_report(server, merchant.approved, waiting)
        await ask(app, SHIP, id=waiting, **NUMBER)
        before = await read_return(app, waiting)
        server.clock.advance(timedelta(days=2))
        assert await apply_report(server, merchant.received, waiting)
        after = await read_return(app, waiting)
        async with nothing_changes(server):
            assert not await apply_report(server, merchant.received, waiting)
    assert (before["status"], after["status"]) == ("AWAITING_MERCHANT_RECEIPT",) * 2
    assert [(one["what"], one["at"]) for one in (*before["deadlines"], *after["deadlines"])] == [
        ("MERCHANT_INSPECTION", "2026-03-20T10:00:00.000+08:00"),
        ("MERCHANT_INSPECTION", "2026-03-19T10:00:00.000+08:00"),
    ]


@pytest.mark.parametrize("report", [merchant.approved, merchant.accepted])
async def test_a_report_of_the_merchant_acts_once(
    server: World, report: Callable[..., Awaitable[bool]]
) -> None:
    shopper = await create_shopper(server.db, level=2)
    async with server.client(shopper) as app:
        waiting = (await open_return(app, await buy(server, shopper)))["id"]
        if report is merchant.accepted:
            await apply_report(server, merchant.approved, waiting)
            await ask(app, SHIP, id=waiting, **NUMBER)
        assert await apply_report(server, report, waiting)
        async with nothing_changes(server):
            assert not await apply_report(server, report, waiting)


async def test_a_report_about_a_cancelled_return_is_refused(server: World) -> None:
    shopper = await create_shopper(server.db, level=2)
    async with server.client(shopper) as app:
        line = await buy(server, shopper, files_address=False)
        waiting = (await open_return(app, line))["id"]
        cancelled = await ask(app, CANCEL, id=waiting)
        async with nothing_changes(server):
            with pytest.raises(ImpossibleReportError, match="the return is CLOSED"):
                await apply_report(server, merchant.approved, waiting)
    assert cancelled["return"]["status"] == "CLOSED"
    assert (cancelled["return"]["deadlines"], cancelled["return"]["nextActions"]) == ([], [])
    assert cancelled["return"]["endedAt"] == "2026-03-10T10:00:00.000+08:00"


async def test_an_acceptance_implies_the_shipment(server: World) -> None:
    shopper = await create_shopper(server.db, level=3)
    async with server.client(shopper) as app:
        return_id = (await open_return(app, await buy(server, shopper)))["id"]
        assert await apply_report(server, merchant.accepted, return_id)
        seen = await read_return(app, return_id)
    assert (seen["status"], seen["waybill"]) == ("SUCCEEDED", None)
