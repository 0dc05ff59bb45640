from datetime import date, timedelta

import pytest

from bff.core.refusal import InvalidInput, NotFound
from bff.domain.orders.records import AddressForm
from bff.domain.pickups import bookings
from bff.domain.pickups.bookings import IfNotPossible, PickupRequest
from bff.domain.pickups.model import FeePayer, Pickup, PickupStatus, fee_quote
from bff.domain.pickups.refusals import (
    AddressNeeded,
    PickupNotReschedulable,
    SlotAbsence,
    SlotFull,
    SlotNotOffered,
    SlotPast,
)
from bff.domain.policy.pickup_terms import AreaHours, PickupTerms
from bff.domain.returns.model import Case
from tests.support.database import nothing_changes, places_left
from tests.support.factories import WEST_LAKE_CODE, create_address, create_order, create_shopper
from tests.support.models import POLICY, changed
from tests.support.return_cases import collected_case, open_case, outbox_messages, read_case, write
from tests.support.rows import address_under
from tests.support.world import START, World

TERMS = POLICY.pickup
SOON, AT_ELEVEN, AT_ONE = "asap-20260310T10", "20260310T11", "20260310T13"
ELSEWHERE = AddressForm(
    recipient="李四", phone="13900000000", region="上海市黄浦区", street="南京东路1号"
)


async def book(
    world: World, case: Case, request: PickupRequest, terms: PickupTerms = TERMS
) -> Pickup:
    quote = fee_quote(terms, FeePayer.SHOPPER, "CNY", merchant_agreed=False)
    owner, return_id = case.this_return.shopper_id, case.this_return.id
    return await write(world, bookings.book, owner, return_id, request, quote, terms)


async def test_by_default_as_soon_as_possible_at_the_first_address(world: World) -> None:
    pickup = await book(world, await open_case(world), PickupRequest())
    assert (pickup.slot_key, pickup.area) == (SOON, WEST_LAKE_CODE)
    assert (pickup.starts_at, pickup.ends_at) == (START, START + timedelta(hours=2))
    assert (pickup.booked_at, pickup.requested_at) == (START, START)
    assert (pickup.status, pickup.courier_company) == (PickupStatus.AWAITING_COURIER, "cainiao")
    assert await outbox_messages(world.db, pickup.id) == [bookings.PICKUP_REQUESTED]
    assert await places_left(world.db) == {SOON: TERMS.capacity - 1}


async def test_a_new_address_is_kept(world: World) -> None:
    case = await open_case(world)
    pickup = await book(world, case, PickupRequest(AT_ONE, None, ELSEWHERE))
    assert (pickup.area, pickup.slot_key) == ("310101", AT_ONE)
    async with world.db.read() as connection:
        kept = await address_under(connection, pickup.address_id)
    assert (kept.owner_id, kept.recipient) == (case.this_return.shopper_id, "李四")


async def test_others_addresses_are_not_there(world: World) -> None:
    case = await open_case(world)
    others = await create_address(world.db, await create_shopper(world.db))
    for address_id in (others, "adr_unknown", ""):
        with pytest.raises(NotFound) as refusal:
            await book(world, case, PickupRequest(None, address_id, None, "pickup."))
        assert refusal.value.field == "pickup.addressId"


async def test_a_shopper_without_an_address_is_to_give_one(world: World) -> None:
    case = await open_case(world)
    shopper = await create_shopper(world.db, address=False)
    await create_order(world.db, shopper, received_at=START)
    quote = fee_quote(TERMS, FeePayer.SHOPPER, "CNY", merchant_agreed=False)
    with pytest.raises(AddressNeeded):
        await write(
            world, bookings.book, shopper, case.this_return.id, PickupRequest(), quote, TERMS
        )


@pytest.mark.parametrize(
    "key", ["", "20260310T12", "20260310T9", "20260401T11", "asap-20260309T10"]
)
async def test_a_slot_that_is_not_offered_is_refused_with_others(world: World, key: str) -> None:
    case = await open_case(world)
    async with nothing_changes(world):
        with pytest.raises(SlotNotOffered) as refusal:
            await book(world, case, PickupRequest(key))
    assert refusal.value.reason is SlotAbsence.SLOT_NOT_OFFERED
    assert (refusal.value.opens_hour, refusal.value.closes_hour) == (9, 20)
    assert [one.slot.key for one in refusal.value.alternatives[:2]] == [SOON, AT_ELEVEN]


async def test_at_night_no_courier_comes_as_soon_as_possible(world: World) -> None:
    case = await open_case(world)
    world.clock.advance(timedelta(hours=12))
    with pytest.raises(SlotNotOffered) as refusal:
        await book(world, case, PickupRequest())
    assert refusal.value.reason is SlotAbsence.OUT_OF_HOURS
    assert refusal.value.alternatives[0].slot.key == "20260311T09"


async def test_a_slot_that_has_begun_is_past(world: World) -> None:
    case = await open_case(world)
    with pytest.raises(SlotPast) as refusal:
        await book(world, case, PickupRequest("20260310T09"))
    assert refusal.value.started_at == START - timedelta(hours=1)


async def test_the_last_place_is_somebodys(world: World) -> None:
    few = changed(POLICY, "pickup", capacity=1).pickup
    first, second = await open_case(world), await open_case(world)
    await book(world, first, PickupRequest(AT_ELEVEN), few)
    async with nothing_changes(world):
        with pytest.raises(SlotFull) as refusal:
            await book(world, second, PickupRequest(AT_ELEVEN), few)
    assert AT_ELEVEN not in [one.slot.key for one in refusal.value.alternatives]


async def test_another_slot_takes_a_new_request_to_the_company(world: World) -> None:
    case = await open_case(world, pickup=True)
    assert case.pickup
    world.clock.advance(timedelta(minutes=3))
    await write(world, bookings.reschedule, case.pickup, AT_ONE, TERMS)
    moved = (await read_case(world, case)).pickup
    assert moved
    assert (moved.slot_key, moved.requested_at) == (AT_ONE, START + timedelta(minutes=3))
    assert (moved.booked_at, moved.accepted_at) == (START, None)
    left = await places_left(world.db)
    assert (left[SOON], left[AT_ONE]) == (TERMS.capacity, TERMS.capacity - 1)
    assert await outbox_messages(world.db, moved.id) == [
        bookings.PICKUP_REQUESTED,
        bookings.PICKUP_RESCHEDULED,
    ]


async def test_a_pickup_that_does_not_wait_has_no_other_slot(world: World) -> None:
    _, pickup = await collected_case(world)
    with pytest.raises(PickupNotReschedulable) as refusal:
        await write(world, bookings.reschedule, pickup, AT_ONE, TERMS)
    assert refusal.value.status is PickupStatus.COLLECTED


async def test_open_slots_are_the_next_ones_with_places(world: World) -> None:
    few = changed(POLICY, "pickup", capacity=1).pickup
    await book(world, await open_case(world), PickupRequest(AT_ELEVEN), few)
    async with world.db.read() as connection:
        found = await bookings.open_slots(connection, WEST_LAKE_CODE, START, few)
    assert len(found) == bookings.ALTERNATIVES
    assert [one.slot.key for one in found[:2]] == [SOON, AT_ONE]


@pytest.mark.parametrize("key", ["", "asap", "20260310T9", "asap-20260310", "2026031OT11"])
def test_what_never_was_a_slot_is_invalid(key: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        bookings.check_slot_key(PickupRequest(key, path="pickup."))
    assert refusal.value.field == "pickup.slotId"


@pytest.mark.parametrize("key", [None, "20260310T11", "20260230T99", "asap-20200101T10"])
def test_a_slot_that_is_not_offered_is_a_slot(key: str | None) -> None:
    bookings.check_slot_key(PickupRequest(key))


async def test_the_next_slot_is_booked_where_the_request_says_so(world: World) -> None:
    few = changed(POLICY, "pickup", capacity=1).pickup
    await book(world, await open_case(world), PickupRequest(AT_ELEVEN), few)
    wish = PickupRequest(AT_ELEVEN, if_not_possible=IfNotPossible.BOOK_NEXT)
    pickup = await book(world, await open_case(world), wish, few)
    assert pickup.slot_key == SOON


async def test_on_a_closed_day_no_courier_comes_and_the_next_open_one_is_offered(
    world: World,
) -> None:
    case = await open_case(world)
    closed = changed(POLICY, "pickup", closed_days=frozenset({date(2026, 3, 10)})).pickup
    for key in (None, "20260310T13"):
        with pytest.raises(SlotNotOffered) as refusal:
            await book(world, case, PickupRequest(key), closed)
        assert refusal.value.reason is SlotAbsence.CLOSED_DAY
        assert refusal.value.alternatives[0].slot.key == "20260311T09"


async def test_an_areas_own_hours_are_those_of_its_pickups(world: World) -> None:
    case = await open_case(world)
    here = AreaHours(code="330106", opens_hour=12)
    late = changed(POLICY, "pickup", areas=(here,)).pickup
    with pytest.raises(SlotNotOffered) as refusal:
        await book(world, case, PickupRequest(), late)
    assert (refusal.value.opens_hour, refusal.value.reason) == (12, SlotAbsence.OUT_OF_HOURS)
    assert refusal.value.alternatives[0].slot.key == AT_ONE
    assert (await book(world, case, PickupRequest(AT_ONE), late)).slot_key == AT_ONE
