"""Pickups: booked, full, past, cancelled. R7, R11."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bff.core.report_errors import ImpossibleReportError
from bff.domain.returns.reports import courier
from tests.support.database import nothing_changes, places_left
from tests.support.factories import Goods, create_shopper, set_level
from tests.support.invariants import check_invariants
from tests.support.models import POLICY, changed
from tests.support.return_cases import apply_report
from tests.support.return_documents import BOOK, CALL_OFF, CANCEL, ELSEWHERE, MOVE, SHIP
from tests.support.return_steps import (
    approved_return,
    ask,
    buy,
    codes,
    courier_accepts,
    courier_collects,
    first_events,
    open_return,
    read_return,
    tap,
)
from tests.support.world import FakeClock, World, open_world, serving

WINDOW = "20260310T13"


@pytest.fixture
async def crowded(db_folder: Path) -> AsyncIterator[World]:
    """A region has one place a slot."""
    clock = FakeClock()
    services = await open_world(db_folder, [changed(POLICY, "pickup", capacity=1)], clock)
    async with serving(services) as base:
        yield World(services, clock, base)
    await check_invariants(services.db)
    await services.db.close()


async def test_an_approved_return_is_picked_up_as_soon_as_possible(server: World) -> None:
    shopper, return_id = await approved_return(server)
    async with server.client(shopper) as app:
        answer = await ask(app, BOOK, id=return_id)
    now, later = "2026-03-10T10:00:00.000+08:00", "2026-03-10T12:00:00.000+08:00"
    assert answer["__typename"] == "PickupBookSuccess"
    pickup = answer["pickup"]
    assert (pickup["status"], pickup["bookedAt"]) == ("AWAITING_COURIER", now)
    assert pickup["slot"] == {"kind": "AS_SOON_AS_POSSIBLE", "startsAt": now, "endsAt": later}
    assert pickup["courierCompany"] == {"code": "cainiao"}
    assert codes(answer["return"]["nextActions"]) == [
        "WAIT_FOR_COURIER",
        "SUBMIT_WAYBILL",
        "RESCHEDULE_PICKUP",
        "CANCEL_PICKUP",
        "CANCEL_RETURN",
    ]


@pytest.mark.parametrize(
    ("level", "order", "fee"),
    [
        (3, {}, ("UNPAID", "SHOPPER", 1_200)),
        (4, {}, ("WAIVED", "PLATFORM", 0)),
        (3, {"goods": Goods(freight_insured=True)}, ("WAIVED", "INSURER", 0)),
        (3, {"covers_pickup": True}, ("WAIVED", "MERCHANT", 0)),
    ],
)
async def test_the_fee_has_its_payer_and_is_due_once_weighed(
    server: World, level: int, order: dict[str, Any], fee: tuple[str, str, int]
) -> None:
    """Nothing is paid at the door."""
    shopper, return_id = await approved_return(server, level, **order)
    status, payer, pays = fee
    async with server.client(shopper) as app:
        answer = await ask(app, BOOK, id=return_id)
        terms, pickup_id = answer["pickup"]["fee"], answer["pickup"]["id"]
        await courier_collects(server, pickup_id)
        at_the_door = await read_return(app, return_id)
        await apply_report(server, courier.weighed, pickup_id, 800)
        weighed = await read_return(app, return_id)
    assert (terms["status"], terms["payer"]) == (status, payer)
    assert (terms["amount"]["minor"], terms["shopperPays"]["minor"]) == (1_200, pays)
    fees = [one["pickup"]["fee"]["status"] for one in (at_the_door, weighed)]
    assert fees == [status, status]
    to_pay = ["PAY_PICKUP_FEE"] * bool(pays)
    assert [code for code in codes(at_the_door["nextActions"]) if "FEE" in code] == []
    assert [code for code in codes(weighed["nextActions"]) if "FEE" in code] == to_pay


async def test_a_second_pickup_is_refused(server: World) -> None:
    shopper, return_id = await approved_return(server)
    async with server.client(shopper) as app:
        booked = await ask(app, BOOK, id=return_id)
        async with nothing_changes(server):
            refused = await ask(app, BOOK, id=return_id, key="again", slot=WINDOW)
    assert refused["__typename"] == "PickupBookedAlready"
    assert refused["pickupId"] == booked["pickup"]["id"]


async def test_a_return_that_is_not_approved_has_no_pickup(server: World) -> None:
    shopper = await create_shopper(server.db, level=2)
    line = await buy(server, shopper)
    async with server.client(shopper) as app:
        waiting = await open_return(app, line)
        async with nothing_changes(server):
            refused = await ask(app, BOOK, id=waiting["id"])
        await ask(app, CANCEL, id=waiting["id"], key="cancel")
        async with nothing_changes(server):
            closed = await ask(app, BOOK, id=waiting["id"])
    assert refused["__typename"] == "ReturnNotAwaitingShipment"
    assert (refused["status"], closed["status"]) == ("AWAITING_MERCHANT_APPROVAL", "CLOSED")


async def test_anothers_return_and_pickup_are_not_found(server: World) -> None:
    shopper, return_id = await approved_return(server)
    async with server.client(shopper) as app:
        pickup_id = (await ask(app, BOOK, id=return_id))["pickup"]["id"]
    stranger = await create_shopper(server.db)
    requests = [(BOOK, return_id), (MOVE, pickup_id), (CALL_OFF, pickup_id), (CANCEL, return_id)]
    async with server.client(stranger) as app, nothing_changes(server):
        anothers = [await ask(app, document, id=one) for document, one in requests]
        nobodys = [await ask(app, document, id="unknown") for document, _ in requests]
    refusals = [(one["__typename"], one["field"]) for one in anothers]
    assert [kind for kind, _ in refusals] == ["NotFound"] * 4
    assert [field for _, field in refusals] == ["returnId", "pickupId", "pickupId", "returnId"]
    assert anothers == nobodys


async def test_a_full_slot_is_free_again_after_a_cancellation(crowded: World) -> None:
    keen, first = await approved_return(crowded)
    slow, second = await approved_return(crowded)
    async with crowded.client(keen) as one, crowded.client(slow) as other:
        booked = await ask(one, BOOK, id=first, slot=WINDOW)
        async with nothing_changes(crowded):
            refused = await ask(other, BOOK, id=second, slot=WINDOW)
        await ask(one, CALL_OFF, id=booked["pickup"]["id"], key="off")
        again = await ask(other, BOOK, id=second, slot=WINDOW)
    assert refused["__typename"] == "SlotFull"
    assert WINDOW not in [slot["id"] for slot in refused["alternatives"]]
    assert refused["alternatives"][0] == {"id": "asap-20260310T10", "capacityLeft": 1}
    assert len(refused["alternatives"]) == 5
    assert again["__typename"] == "PickupBookSuccess"


async def test_a_full_slot_takes_nothing_from_the_tap(crowded: World) -> None:
    keen, first = await approved_return(crowded)
    slow = await create_shopper(crowded.db)
    line, another = await buy(crowded, slow), await buy(crowded, slow)
    async with crowded.client(keen) as one, crowded.client(slow) as other:
        await ask(one, BOOK, id=first)
        offered = await tap(other, line, pickup={})
        booked = await tap(other, another, pickup={"ifNotPossible": "BOOK_NEXT"})
    assert offered["return"]["pickup"] is None
    assert offered["pickupNotBooked"]["code"] == "SLOT_FULL"
    assert offered["pickupNotBooked"]["alternatives"][0]["id"] == "20260310T11"
    assert booked["return"]["pickup"]["slot"]["startsAt"] == "2026-03-10T11:00:00.000+08:00"
    assert await places_left(crowded.db) == {"asap-20260310T10": 0, "20260310T11": 0}


async def test_each_region_has_its_own_places(crowded: World) -> None:
    keen, first = await approved_return(crowded)
    slow, second = await approved_return(crowded)
    async with crowded.client(keen) as one, crowded.client(slow) as other:
        await ask(one, BOOK, id=first, slot=WINDOW)
        answer = await ask(other, BOOK, id=second, slot=WINDOW, address=ELSEWHERE)
    assert answer["__typename"] == "PickupBookSuccess"


async def test_after_a_cancelled_pickup_another_may_be_booked(server: World) -> None:
    shopper, return_id = await approved_return(server)
    async with server.client(shopper) as app:
        first = await ask(app, BOOK, id=return_id, key="first")
        off = await ask(app, CALL_OFF, id=first["pickup"]["id"])
        second = await ask(app, BOOK, id=return_id, key="second")
        now = await read_return(app, return_id)
        events = await first_events(app, return_id, 5)
    assert (off["__typename"], off["pickup"]["status"]) == ("PickupCancelSuccess", "CANCELLED")
    assert codes(off["return"]["nextActions"])[0] == "BOOK_PICKUP"
    assert now["pickup"]["id"] == second["pickup"]["id"] != first["pickup"]["id"]
    assert events[2:] == ["PICKUP_BOOKED", "PICKUP_CANCELLED", "PICKUP_BOOKED"]


async def test_a_pickup_may_be_rescheduled(crowded: World) -> None:
    """The old place is free again, and kept where the new one is refused."""
    keen, first = await approved_return(crowded)
    slow, second = await approved_return(crowded)
    async with crowded.client(keen) as one, crowded.client(slow) as other:
        pickup_id = (await ask(one, BOOK, id=first, slot=WINDOW))["pickup"]["id"]
        await courier_accepts(crowded, pickup_id)
        booked = await ask(other, BOOK, id=second, slot="20260310T15")
        async with nothing_changes(crowded):
            refused = await ask(one, MOVE, id=pickup_id, slot="20260310T15", key="full")
        moved = await ask(one, MOVE, id=pickup_id, key="soon")
        taken = await ask(other, MOVE, id=booked["pickup"]["id"], slot=WINDOW, key="move")
        events = await first_events(one, first, 5)
    assert (refused["__typename"], moved["__typename"]) == ("SlotFull", "PickupRescheduleSuccess")
    assert moved["pickup"]["status"] == "AWAITING_COURIER"
    assert moved["pickup"]["slot"]["kind"] == "AS_SOON_AS_POSSIBLE"
    assert taken["__typename"] == "PickupRescheduleSuccess"
    assert events[2:] == ["PICKUP_BOOKED", "PICKUP_ACCEPTED", "PICKUP_RESCHEDULED"]


async def test_the_uncancelled_pickup_is_shown_at_any_time(server: World) -> None:
    """All of them were booked at the same moment: their ids say nothing of which came last."""
    shopper, return_id = await approved_return(server)
    async with server.client(shopper) as app:
        for number in range(8):
            booked = (await ask(app, BOOK, id=return_id, key=f"book {number}"))["pickup"]["id"]
            assert (await read_return(app, return_id))["pickup"]["id"] == booked
            await ask(app, CALL_OFF, id=booked, key=f"off {number}")


async def test_a_collected_pickup_is_neither_rescheduled_nor_cancelled(server: World) -> None:
    shopper, return_id = await approved_return(server)
    async with server.client(shopper) as app:
        pickup_id = (await ask(app, BOOK, id=return_id))["pickup"]["id"]
        await courier_collects(server, pickup_id)
        async with nothing_changes(server):
            pickup = await ask(app, CALL_OFF, id=pickup_id, key="off")
            moved = await ask(app, MOVE, id=pickup_id, key="move")
            whole = await ask(app, CANCEL, id=return_id, key="cancel")
    assert (pickup["__typename"], pickup["status"]) == ("PickupNotCancellable", "COLLECTED")
    assert (moved["__typename"], moved["status"]) == ("PickupNotReschedulable", "COLLECTED")
    assert whole["__typename"] == "ReturnNotCancellable"
    assert whole["status"] == "AWAITING_RETURN_SHIPMENT"


async def test_a_cancelled_pickup_is_not_cancelled_again(server: World) -> None:
    shopper, return_id = await approved_return(server)
    async with server.client(shopper) as app:
        pickup_id = (await ask(app, BOOK, id=return_id))["pickup"]["id"]
        await ask(app, CALL_OFF, id=pickup_id, key="off")
        async with nothing_changes(server):
            refused = await ask(app, CALL_OFF, id=pickup_id, key="off again")
            with pytest.raises(ImpossibleReportError, match="the pickup is cancelled"):
                await apply_report(server, courier.accepted, pickup_id, "cainiao")
    assert (refused["__typename"], refused["status"]) == ("PickupNotCancellable", "CANCELLED")


async def test_a_cancelled_return_cancels_its_pickup(crowded: World) -> None:
    keen, first = await approved_return(crowded)
    slow, second = await approved_return(crowded)
    async with crowded.client(keen) as one, crowded.client(slow) as other:
        await ask(one, BOOK, id=first)
        cancelled = await ask(one, CANCEL, id=first, key="cancel")
        async with nothing_changes(crowded):
            again = await ask(one, CANCEL, id=first, key="cancel again")
        taken = await ask(other, BOOK, id=second)
        events = await first_events(one, first, 5)
    assert cancelled["return"]["status"] == "CLOSED"
    assert cancelled["return"]["pickup"]["status"] == "CANCELLED"
    assert (again["__typename"], again["status"]) == ("ReturnNotCancellable", "CLOSED")
    assert taken["__typename"] == "PickupBookSuccess"
    assert events[2:] == ["PICKUP_BOOKED", "PICKUP_CANCELLED", "RETURN_CLOSED"]


async def test_the_terms_are_those_on_which_the_return_was_opened(server: World) -> None:
    shopper, return_id = await approved_return(server, level=4)
    await set_level(server.db, shopper, 1)
    async with server.client(shopper) as app:
        actions = (await read_return(app, return_id))["nextActions"]
        answer = await ask(app, BOOK, id=return_id)
        shipped = await ask(app, SHIP, id=return_id, key="s", company="sf", number="SF123456789012")
    assert codes(actions)[0] == "BOOK_PICKUP"
    assert answer["pickup"]["fee"]["status"] == "WAIVED"
    assert shipped["refund"]["advance"] == "APPLYING"


async def test_goods_on_their_way_have_no_second_pickup(server: World) -> None:
    shopper, return_id = await approved_return(server)
    async with server.client(shopper) as app:
        await ask(app, SHIP, id=return_id, company="sf", number="SF123456789012")
        async with nothing_changes(server):
            refused = await ask(app, BOOK, id=return_id, key="late")
    assert refused["__typename"] == "ReturnNotAwaitingShipment"
    assert refused["status"] == "AWAITING_MERCHANT_RECEIPT"
