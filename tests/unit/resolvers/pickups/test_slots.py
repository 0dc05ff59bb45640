from datetime import date

import pytest
from graphql import GraphQLError

from bff.core.clock import local_date
from bff.domain.pickups.slots import OpenSlot, SlotKind
from bff.domain.returns.commands.returns import TapRequest, one_tap
from resolvers.pickups import slots as views
from resolvers.pickups.slots import pickup_slots
from tests.support.factories import create_address, create_order, create_shopper
from tests.support.views import context_of, show
from tests.support.world import START, World


async def open_return(world: World, shopper: str) -> str:
    [line] = await create_order(world.db, shopper, received_at=START)
    return (await world.db.write(lambda tx: one_tap(tx, shopper, TapRequest(line)))).return_id


async def test_slots_are_offered_for_a_return_and_at_an_address(world: World) -> None:
    shopper = await create_shopper(world.db, address=False)
    return_id = await open_return(world, shopper)
    address_id = await create_address(world.db, shopper)
    context = context_of(world, shopper)
    of_return = await pickup_slots(context, return_id, None, None)
    at_address = await pickup_slots(context, None, address_id, local_date(world.clock.now()))
    assert of_return == at_address
    assert of_return[0].slot.kind is SlotKind.AS_SOON_AS_POSSIBLE
    assert all(one.capacity_left > 0 for one in of_return)


async def test_another_day_has_windows_alone(world: World) -> None:
    shopper = await create_shopper(world.db)
    address_id = await create_address(world.db, shopper)
    slots = await pickup_slots(context_of(world, shopper), None, address_id, date(2026, 3, 11))
    assert {one.slot.kind for one in slots} == {SlotKind.WINDOW}


@pytest.mark.parametrize(("return_id", "address_id"), [(None, None), ("ret_1", "adr_1")])
async def test_either_a_return_or_an_address_is_named(
    world: World, return_id: str | None, address_id: str | None
) -> None:
    with pytest.raises(GraphQLError, match="either a return or an address, not both") as caught:
        await pickup_slots(context_of(world, "sho_1"), return_id, address_id, None)
    assert caught.value.extensions == {"code": "BAD_USER_INPUT", "argument": "returnId"}


async def test_anothers_return_and_address_are_not_found(world: World) -> None:
    shopper, other = await create_shopper(world.db), await create_shopper(world.db)
    return_id = await open_return(world, other)
    address_id = await create_address(world.db, other)
    context = context_of(world, shopper)
    with pytest.raises(GraphQLError) as caught:
        await pickup_slots(context, return_id, None, None)
    assert caught.value.extensions == {"code": "NOT_FOUND", "argument": "returnId"}
    with pytest.raises(GraphQLError) as caught:
        await pickup_slots(context, None, address_id, None)
    assert caught.value.extensions == {"code": "NOT_FOUND", "argument": "addressId"}


async def test_a_return_without_any_address_has_nowhere_to_come_to(world: World) -> None:
    shopper = await create_shopper(world.db, address=False)
    return_id = await open_return(world, shopper)
    with pytest.raises(GraphQLError) as caught:
        await pickup_slots(context_of(world, shopper), return_id, None, None)
    assert caught.value.extensions == {"code": "NOT_FOUND", "argument": "addressId"}


async def test_without_a_token_no_slot_is_shown(world: World) -> None:
    with pytest.raises(GraphQLError) as caught:
        await pickup_slots(context_of(world), "ret_1", None, None)
    assert caught.value.extensions == {"code": "UNAUTHENTICATED"}


async def test_a_slot_is_shown_with_its_key_and_in_words(world: World) -> None:
    shopper = await create_shopper(world.db)
    address_id = await create_address(world.db, shopper)
    first: OpenSlot
    [first, *_] = await pickup_slots(context_of(world, shopper), None, address_id, None)
    selection = "{ id kind startsAt endsAt title capacityLeft }"
    shown = await show(views.PickupSlot, first, selection, context_of(world))
    assert shown == {
        "id": first.slot.key,
        "kind": "AS_SOON_AS_POSSIBLE",
        "startsAt": "2026-03-10T10:00:00.000+08:00",
        "endsAt": "2026-03-10T12:00:00.000+08:00",
        "title": "As soon as possible, until 12:00",
        "capacityLeft": first.capacity_left,
    }
