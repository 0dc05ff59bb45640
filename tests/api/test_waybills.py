"""Goods on their way: the refund that follows a waybill (R8), and what becomes of a pickup."""

from datetime import timedelta

from bff.domain.returns.reports import courier, merchant
from tests.support.database import balances, dump, nothing_changes
from tests.support.factories import create_shopper
from tests.support.return_cases import SF_NUMBER, apply_report
from tests.support.return_documents import BOOK, CANCEL, PAY
from tests.support.return_steps import (
    approved_return,
    ask,
    buy,
    codes,
    courier_collects,
    first_events,
    open_return,
    read_return,
    ship,
)
from tests.support.world import World

MONEY_TABLES = ("refunds", "pickups", "payments", "ledger_entries")
NOW = "2026-03-10T10:00:00.000+08:00"


async def test_a_waybill_starts_the_refund_in_the_same_answer(server: World) -> None:
    shopper, return_id = await approved_return(server)
    async with server.client(shopper) as app:
        answer = await ship(app, return_id)
    assert answer["__typename"] == "WaybillSubmitSuccess"
    assert answer["refund"] == {
        "advance": "APPLYING",
        "refundedAt": None,
        "message": "The money is on its way",
        "amount": {"minor": 19_900},
    }
    assert answer["return"]["status"] == "AWAITING_MERCHANT_RECEIPT"
    assert codes(answer["return"]["nextActions"]) == [
        "WAIT_FOR_MERCHANT_RECEIPT",
        "WAIT_FOR_REFUND",
        "CORRECT_WAYBILL",
    ]
    assert answer["return"]["waybill"] == {
        "number": SF_NUMBER,
        "submittedBy": "SHOPPER",
        "submittedAt": NOW,
        "courierCompany": {"code": "sf", "name": "SF Express"},
    }


async def test_the_money_is_back_once_the_payment_service_has_paid(server: World) -> None:
    shopper, return_id = await approved_return(server)
    async with server.client(shopper) as app:
        await ship(app, return_id)
        await server.work()
        paid = await read_return(app, return_id)
        events = await first_events(app, return_id, 4)
    assert paid["refund"] == {
        "advance": "ADVANCED",
        "refundedAt": NOW,
        "settledAt": None,
        "message": "Paid: advanced by the platform",
        "amount": {"minor": 19_900},
    }
    assert codes(paid["nextActions"]) == ["WAIT_FOR_MERCHANT_RECEIPT", "CORRECT_WAYBILL"]
    assert events[2:] == ["WAYBILL_SUBMITTED", "REFUND_ADVANCED"]
    assert await balances(server.db) == {"platform:advances": -19_900, f"shopper:{shopper}": 19_900}


async def test_anothers_return_is_not_found(server: World) -> None:
    _, return_id = await approved_return(server)
    stranger = await create_shopper(server.db)
    async with server.client(stranger) as app, nothing_changes(server):
        for one in (return_id, "unknown", ""):
            refused = await ship(app, one)
            assert (refused["__typename"], refused["field"]) == ("NotFound", "returnId")


async def test_a_waybill_is_refused_unless_the_return_awaits_shipment(
    server: World,
) -> None:
    shopper = await create_shopper(server.db, level=2)
    refusals = []
    async with server.client(shopper) as app:
        waiting = (await open_return(app, await buy(server, shopper)))["id"]
        cancelled = (await open_return(app, await buy(server, shopper)))["id"]
        await ask(app, CANCEL, id=cancelled, key="cancel")
        async with nothing_changes(server):
            refusals += [await ship(app, one) for one in (waiting, cancelled)]
        await apply_report(server, merchant.approved, waiting)
        await ship(app, waiting)
        await apply_report(server, merchant.accepted, waiting)
        async with nothing_changes(server):
            refusals.append(await ship(app, waiting, key="late"))
    assert {one["__typename"] for one in refusals} == {"ReturnNotAwaitingShipment"}
    assert [one["status"] for one in refusals] == [
        "AWAITING_MERCHANT_APPROVAL",
        "CLOSED",
        "SUCCEEDED",
    ]


async def test_the_same_tap_again_pays_once(server: World) -> None:
    shopper, return_id = await approved_return(server)
    async with server.client(shopper) as app:
        first = await ship(app, return_id)
        async with nothing_changes(server):
            again = await ship(app, return_id)
        await server.work()
        async with nothing_changes(server):
            later = await ship(app, return_id)
            await server.work()
    assert (first.pop("replayed"), again.pop("replayed")) == (False, True)
    assert again == first
    assert (later["replayed"], later["refund"]["advance"]) == (True, "ADVANCED")


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
