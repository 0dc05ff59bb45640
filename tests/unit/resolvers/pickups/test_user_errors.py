from typing import Any

import pytest

from bff.core.money import Money
from bff.core.refusal import Refusal
from bff.domain.pickups import refusals
from bff.domain.pickups.model import FeeStatus, PickupStatus
from bff.domain.pickups.slots import OpenSlot, slots_on
from resolvers.user_errors import VIEWS, user_error
from tests.support.models import POLICY, shanghai
from tests.support.views import context_of, show
from tests.support.world import World

NOON = shanghai("2026-01-02T12:00")
FREE = [OpenSlot(slot, 3) for slot in slots_on(NOON.date(), NOON, POLICY.pickup)[:2]]


async def shown(world: World, refusal: Refusal, selection: str) -> Any:
    return await show(VIEWS[type(refusal)], user_error(refusal), selection, context_of(world))


@pytest.mark.parametrize(
    ("refusal", "selection", "facts"),
    [
        (refusals.PickupNotOffered(1, 3), "{ level levelNeeded }", {"level": 1, "levelNeeded": 3}),
        (refusals.PickupBookedAlready("pic_1"), "{ pickupId }", {"pickupId": "pic_1"}),
        (
            refusals.PickupNotCancellable(PickupStatus.COLLECTED),
            "{ status message }",
            {
                "status": "COLLECTED",
                "message": "The pickup cannot be cancelled any more: Collected.",
            },
        ),
        (refusals.PickupFeeNotDue(FeeStatus.PAID), "{ status }", {"status": "PAID"}),
        (
            refusals.PickupFeeUnpaid("pic_1", Money(1_200, "CNY")),
            "{ pickupId amount { minor } }",
            {"pickupId": "pic_1", "amount": {"minor": 1_200}},
        ),
    ],
    ids=lambda one: type(one).__name__,
)
async def test_facts_are_shown_under_their_names(
    world: World, refusal: Refusal, selection: str, facts: dict[str, object]
) -> None:
    assert await shown(world, refusal, selection) == facts


async def test_a_full_slot_offers_others_with_their_room(world: World) -> None:
    answer = await shown(world, refusals.SlotFull(FREE), "{ alternatives { id capacityLeft } }")
    assert answer["alternatives"] == [{"id": one.slot.key, "capacityLeft": 3} for one in FREE]


async def test_couriers_hours_are_said(world: World) -> None:
    refusal = refusals.SlotNotOffered(refusals.SlotAbsence.OUT_OF_HOURS, 9, 20, FREE[:1])
    answer = await shown(world, refusal, "{ opensHour closesHour message alternatives { kind } }")
    assert answer["message"] == (
        "No courier can be called at this hour. Couriers are called from 9:00 to 20:00."
    )
    assert (answer["opensHour"], answer["closesHour"]) == (9, 20)
    assert len(answer["alternatives"]) == 1


async def test_door_pickup_is_not_offered_for_too_few_stars_or_in_a_currency(
    world: World,
) -> None:
    few = await shown(world, refusals.PickupNotOffered(1, 2), "{ message level levelNeeded }")
    assert few == {
        "message": "Door pickup is not offered: your star level is 1, and 2 is needed.",
        "level": 1,
        "levelNeeded": 2,
    }
    foreign = await shown(
        world, refusals.PickupNotOffered(3, 2, refusals.PickupAbsence.CURRENCY), "{ message }"
    )
    assert foreign["message"] == "Door pickup is not offered: not for orders in this currency."
