"""Slots: as soon as possible, in a window, never in the past. R7."""

from pathlib import Path

import pytest

from bff.domain.policy.pickup_terms import AreaHours
from tests.support.database import nothing_changes
from tests.support.factories import create_address, create_shopper
from tests.support.models import POLICY, changed, shanghai
from tests.support.return_documents import BOOK, ELSEWHERE, SLOTS
from tests.support.return_steps import approved_return, ask, buy, open_return, read_return, tap
from tests.support.world import FakeClock, World, open_world, serving

WINDOW = "20260310T13"
NO_SLOTS = [
    "20260310T10",
    "20260314T09",
    "20260230T09",
    "asap",
    "asap-20260309T10",
    "nonsense",
    "",
]
INVALID_ARGUMENTS: list[tuple[dict[str, str], str, str]] = [
    ({}, "BAD_USER_INPUT", "returnId"),
    ({"returnId": "x", "addressId": "x"}, "BAD_USER_INPUT", "returnId"),
    ({"returnId": "ret_unknown"}, "NOT_FOUND", "returnId"),
    ({"addressId": "adr_unknown"}, "NOT_FOUND", "addressId"),
    ({"addressId": ""}, "NOT_FOUND", "addressId"),
]


async def test_a_window_that_has_begun_is_past(server: World) -> None:
    shopper, return_id = await approved_return(server)
    server.clock.at = shanghai("2026-03-10T13:00")
    async with server.client(shopper) as app, nothing_changes(server):
        refused = await ask(app, BOOK, id=return_id, slot=WINDOW)
    assert refused["__typename"] == "SlotPast"
    assert refused["startedAt"] == "2026-03-10T13:00:00.000+08:00"
    assert [slot["id"] for slot in refused["alternatives"]] == [
        "asap-20260310T13",
        "20260310T15",
        "20260310T17",
        "20260311T09",
        "20260311T11",
    ]


async def test_an_invalid_slot_is_not_offered(server: World) -> None:
    shopper, return_id = await approved_return(server)
    async with server.client(shopper) as app, nothing_changes(server):
        for slot in NO_SLOTS:
            refused = await ask(app, BOOK, id=return_id, slot=slot)
            assert refused["__typename"] == "SlotNotOffered", slot
            assert (refused["opensHour"], refused["closesHour"]) == (9, 20)
            assert len(refused["alternatives"]) == 5


@pytest.mark.parametrize("at", ["2026-03-11T08:59:59.999999", "2026-03-10T20:00"])
async def test_outside_their_hours_couriers_come_in_windows_only(server: World, at: str) -> None:
    shopper, return_id = await approved_return(server)
    server.clock.at = shanghai(at)
    async with server.client(shopper) as app:
        async with nothing_changes(server):
            refused = await ask(app, BOOK, id=return_id)
        answer = await ask(app, BOOK, id=return_id, slot=refused["alternatives"][0]["id"])
    assert refused["__typename"] == "SlotNotOffered"
    assert answer["pickup"]["slot"] == {
        "kind": "WINDOW",
        "startsAt": "2026-03-11T09:00:00.000+08:00",
        "endsAt": "2026-03-11T11:00:00.000+08:00",
    }


@pytest.mark.parametrize("at", ["2026-03-11T09:00", "2026-03-10T19:59:59.999999"])
async def test_within_their_hours_to_the_microsecond_couriers_come_at_once(
    server: World, at: str
) -> None:
    shopper, return_id = await approved_return(server)
    server.clock.at = shanghai(at)
    async with server.client(shopper) as app:
        answer = await ask(app, BOOK, id=return_id)
    assert answer["pickup"]["slot"]["kind"] == "AS_SOON_AS_POSSIBLE"


async def test_a_tap_at_night_is_approved_and_its_pickup_offered_for_the_morning(
    server: World,
) -> None:
    shopper = await create_shopper(server.db)
    line = await buy(server, shopper)
    server.clock.at = shanghai("2026-03-10T23:00")
    async with server.client(shopper) as app:
        answer = await tap(app, line, pickup={})
        offered = answer["pickupNotBooked"]
        waiting = await read_return(app, answer["return"]["id"])
        again = await tap(app, line, pickup={})
        first = offered["alternatives"][0]["id"]
        booked = await ask(app, BOOK, id=answer["return"]["id"], slot=first)
    assert (answer["return"]["status"], answer["return"]["pickup"]) == (
        "AWAITING_RETURN_SHIPMENT",
        None,
    )
    assert (offered["code"], first) == ("OUT_OF_HOURS", "20260311T09")
    assert offered["message"] == (
        "No courier can be called at this hour. Couriers are called from 9:00 to 20:00. "
        "The next possible time: 11 Mar 09:00 to 11:00."
    )
    assert waiting["nextActions"][0] == {
        "code": "BOOK_PICKUP",
        "actor": "SHOPPER",
        "by": "2026-03-17T23:00:00.000+08:00",
        "title": "Book a pickup at the door: couriers come again from 11 Mar 09:00",
    }
    assert again == answer | {"replayed": True}
    assert booked["__typename"] == "PickupBookSuccess"


@pytest.mark.parametrize(
    ("slot", "code"),
    [
        ("20260310T09", "SLOT_PAST"),
        ("20260310T10", "SLOT_NOT_OFFERED"),
        ("20260314T09", "SLOT_NOT_OFFERED"),
        ("asap-20260309T10", "SLOT_NOT_OFFERED"),
    ],
)
async def test_a_slot_that_cannot_be_had_takes_nothing_from_the_tap(
    server: World, slot: str, code: str
) -> None:
    shopper = await create_shopper(server.db)
    line, another = await buy(server, shopper), await buy(server, shopper)
    async with server.client(shopper) as app:
        offered = await tap(app, line, pickup={"slotId": slot})
        booked = await tap(app, another, pickup={"slotId": slot, "ifNotPossible": "BOOK_NEXT"})
    assert offered["return"]["status"] == "AWAITING_RETURN_SHIPMENT"
    assert offered["pickupNotBooked"]["code"] == code
    assert offered["pickupNotBooked"]["alternatives"][0]["id"] == "asap-20260310T10"
    assert booked["pickupNotBooked"] is None
    assert booked["return"]["pickup"]["slot"]["kind"] == "AS_SOON_AS_POSSIBLE"


@pytest.mark.parametrize("level", [2, 3])
async def test_what_is_no_slot_refuses_the_whole_tap(server: World, level: int) -> None:
    """It is a mistake of the app, and not of the hour."""
    shopper = await create_shopper(server.db, level=level)
    line = await buy(server, shopper)
    async with server.client(shopper) as app, nothing_changes(server):
        for slot in ("", "asap", "nonsense", "2026-03-11T09:00"):
            refused = await tap(app, line, pickup={"slotId": slot, "ifNotPossible": "BOOK_NEXT"})
            assert (refused["__typename"], refused["field"]) == ("InvalidInput", "pickup.slotId")


async def test_the_slots_of_a_return_are_where_its_courier_goes(server: World) -> None:
    shopper, return_id = await approved_return(server)
    async with server.client(shopper) as app:
        before = await ask(app, SLOTS, returnId=return_id)
        await ask(app, BOOK, id=return_id, slot=WINDOW, address=ELSEWHERE)
        after = await ask(app, SLOTS, returnId=return_id)
    assert [slot["id"] for slot in before][:3] == ["asap-20260310T10", "20260310T11", WINDOW]
    assert {slot["capacityLeft"] for slot in before} == {50}
    assert {slot["id"] for slot in after if slot["capacityLeft"] == 49} == {WINDOW}
    assert before[2] == {
        "id": WINDOW,
        "kind": "WINDOW",
        "startsAt": "2026-03-10T13:00:00.000+08:00",
        "endsAt": "2026-03-10T15:00:00.000+08:00",
        "capacityLeft": 50,
        "title": "10 Mar 13:00 to 15:00",
    }


async def test_the_slots_of_an_address_on_other_days(server: World) -> None:
    shopper = await create_shopper(server.db)
    address = await create_address(server.db, shopper)
    async with server.client(shopper) as app:
        days = [
            [slot["id"] for slot in await ask(app, SLOTS, addressId=address, on=day)]
            for day in ("2026-03-09", "2026-03-11", "2026-03-13", "2026-03-14")
        ]
    windows = ["T09", "T11", "T13", "T15", "T17"]
    assert days == [
        [],
        [f"20260311{window}" for window in windows],
        [f"20260313{window}" for window in windows],
        [],
    ]


async def test_at_night_no_slot_is_left_today(server: World) -> None:
    shopper = await create_shopper(server.db)
    address = await create_address(server.db, shopper)
    server.clock.at = shanghai("2026-03-10T20:00")
    async with server.client(shopper) as app:
        assert await ask(app, SLOTS, addressId=address) == []


async def test_slots_need_either_a_return_or_an_address(server: World) -> None:
    shopper = await create_shopper(server.db)
    async with server.client(shopper) as app:
        for arguments, code, argument in INVALID_ARGUMENTS:
            answer = await app.answer(SLOTS, **arguments)
            [error] = answer["errors"]
            assert answer["data"] == {"pickupSlots": None}
            assert error["extensions"] == {"code": code, "argument": argument}


async def test_slots_of_a_return_or_address_of_others_are_not_found(server: World) -> None:
    shopper, return_id = await approved_return(server)
    address = await create_address(server.db, shopper)
    stranger = await create_shopper(server.db)
    async with server.client(stranger) as app:
        for arguments in ({"returnId": return_id}, {"addressId": address}):
            [error] = (await app.answer(SLOTS, **arguments))["errors"]
            assert error["extensions"]["code"] == "NOT_FOUND"


async def test_without_an_address_a_returns_slots_have_no_region(server: World) -> None:
    shopper = await create_shopper(server.db, address=False)
    async with server.client(shopper) as app:
        return_id = (await open_return(app, await buy(server, shopper)))["id"]
        [error] = (await app.answer(SLOTS, returnId=return_id))["errors"]
    assert error["extensions"] == {"code": "NOT_FOUND", "argument": "addressId"}


async def test_what_is_next_goes_by_the_hours_of_the_area(db_folder: Path) -> None:
    late = changed(POLICY, "pickup", areas=(AreaHours(code="330106", opens_hour=12),))
    services = await open_world(db_folder, [late], clock := FakeClock())
    async with serving(services) as base:
        world = World(services, clock, base)
        shopper = await create_shopper(world.db)
        line = await buy(world, shopper)
        async with world.client(shopper) as app:
            answer = await tap(app, line, pickup={})
            waiting = await read_return(app, answer["return"]["id"])
    await services.db.close()
    offered = answer["pickupNotBooked"]
    assert (offered["code"], offered["alternatives"][0]["id"]) == ("OUT_OF_HOURS", "20260310T13")
    assert waiting["nextActions"][0]["title"].endswith("couriers come again from 10 Mar 13:00")
