"""A shopper who ships though a courier was to come, or has come. R8, R11."""

from datetime import timedelta

from bff.domain.returns.reports import courier
from tests.support.database import dump, nothing_changes
from tests.support.return_cases import apply_report
from tests.support.return_documents import BOOK, PAY
from tests.support.return_steps import (
    approved_return,
    ask,
    courier_collects,
    first_events,
    read_return,
    ship,
)
from tests.support.world import World

MONEY_TABLES = ("refunds", "pickups", "payments", "ledger_entries")


async def test_shipping_cancels_a_booked_pickup(server: World) -> None:
    shopper, return_id = await approved_return(server)
    async with server.client(shopper) as app:
        booked = await ask(app, BOOK, id=return_id)
        answer = await ship(app, return_id, key="ship")
        await server.work()
        events = await first_events(app, return_id, 6)
    assert booked["pickup"]["status"] == "AWAITING_COURIER"
    assert answer["return"]["pickup"]["status"] == "CANCELLED"
    assert events[2:] == [
        "PICKUP_BOOKED",
        "PICKUP_CANCELLED",
        "WAYBILL_SUBMITTED",
        "REFUND_ADVANCED",
    ]
    [place] = (await dump(server.db))["slots"]
    assert place[2:] == (50, 50)


async def test_shipping_does_not_cancel_a_collected_pickup(server: World) -> None:
    shopper, return_id = await approved_return(server, level=4)
    async with server.client(shopper) as app:
        pickup_id = (await ask(app, BOOK, id=return_id))["pickup"]["id"]
        await courier_collects(server, pickup_id)
        answer = await ship(app, return_id, key="ship")
    assert answer["return"]["pickup"] == {"id": pickup_id, "status": "COLLECTED"}
    assert answer["refund"]["advance"] == "APPLYING"


async def test_an_unpaid_fee_refuses_the_waybill(server: World) -> None:
    """Whether the parcel is weighed or not; paid, the number is taken."""
    shopper, return_id = await approved_return(server)
    async with server.client(shopper) as app:
        pickup_id = (await ask(app, BOOK, id=return_id))["pickup"]["id"]
        await courier_collects(server, pickup_id)
        refused = [await ship(app, return_id, key="ship")]
        await apply_report(server, courier.weighed, pickup_id, 1_500)
        async with nothing_changes(server):
            refused.append(await ship(app, return_id, key="ship"))
        await ask(app, PAY, id=pickup_id, key="pay")
        await server.work()
        taken = await ship(app, return_id, key="ship")
    assert [one["__typename"] for one in refused] == ["PickupFeeUnpaid"] * 2
    assert {one["pickupId"] for one in refused} == {pickup_id}
    assert [one["amount"]["minor"] for one in refused] == [1_200, 1_700]
    assert (taken["__typename"], taken["replayed"]) == ("WaybillSubmitSuccess", False)


async def test_a_courier_number_after_the_shoppers_pays_nothing_more(server: World) -> None:
    shopper, return_id = await approved_return(server, level=4)
    async with server.client(shopper) as app:
        await ask(app, BOOK, id=return_id)
        for seconds in (1, 17, 1, 0):
            await server.work()
            server.clock.advance(timedelta(seconds=seconds))
        answer = await ship(app, return_id, key="ship")
        await server.work()
    before = await dump(server.db)
    server.clock.advance(timedelta(seconds=2))
    await server.work()
    after = await dump(server.db)
    assert answer["return"]["pickup"]["status"] == "COLLECTED"
    assert {row[1] for row in before["timers"]} - {row[1] for row in after["timers"]} == {
        "courier.waybill"
    }
    assert all(before[name] == after[name] for name in MONEY_TABLES)


async def test_a_courier_number_is_shown_as_submitted_by_the_courier(server: World) -> None:
    shopper, return_id = await approved_return(server, level=4)
    async with server.client(shopper) as app:
        pickup_id = (await ask(app, BOOK, id=return_id))["pickup"]["id"]
        await courier_collects(server, pickup_id)
        await apply_report(server, courier.waybill, pickup_id, "CN0123456789")
        await server.work()
        now = await read_return(app, return_id)
    assert now["waybill"] == {
        "number": "CN0123456789",
        "submittedBy": "COURIER",
        "courierCompany": {"code": "cainiao"},
    }
    assert now["refund"]["advance"] == "ADVANCED"
