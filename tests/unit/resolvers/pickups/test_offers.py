import pytest

from bff.core.refusal import Refusal
from bff.domain.pickups import refusals
from bff.domain.pickups.slots import OpenSlot, soonest
from resolvers.pickups.offers import PickupNotBooked, refusal_from, slots_of, to_stored
from tests.support.models import POLICY
from tests.support.views import context_of, show
from tests.support.world import START, World

SLOT = soonest(START, POLICY.pickup)
FREE = [OpenSlot(SLOT, 3)] if SLOT else []
REFUSALS: list[tuple[Refusal, str]] = [
    (refusals.AfterApproval(), "AFTER_APPROVAL"),
    (refusals.PickupNotOffered(1, 2), "PICKUP_NOT_OFFERED"),
    (refusals.AddressNeeded(), "ADDRESS_NEEDED"),
    (refusals.SlotFull(FREE), "SLOT_FULL"),
    (refusals.SlotPast(START, FREE), "SLOT_PAST"),
    (
        refusals.SlotNotOffered(refusals.SlotAbsence.OUT_OF_HOURS, 9, 20, FREE),
        "OUT_OF_HOURS",
    ),
    (
        refusals.SlotNotOffered(refusals.SlotAbsence.SLOT_NOT_OFFERED, 9, 20, FREE),
        "SLOT_NOT_OFFERED",
    ),
]


@pytest.mark.parametrize(("refusal", "code"), REFUSALS)
async def test_it_says_why_and_when_a_courier_can_come(
    world: World, refusal: Refusal, code: str
) -> None:
    selection = "{ code message alternatives { capacityLeft } }"
    shown = await show(
        PickupNotBooked, PickupNotBooked(refusal=refusal), selection, context_of(world)
    )
    assert shown["code"] == code
    assert shown["alternatives"] == [{"capacityLeft": 3}] * len(slots_of(refusal))
    next_time = "The next possible time: As soon as possible, until 12:00."
    assert (next_time in shown["message"]) == bool(slots_of(refusal))


@pytest.mark.parametrize(("refusal", "code"), REFUSALS)
def test_what_is_stored_gives_the_same_again(refusal: Refusal, code: str) -> None:
    again = refusal_from(to_stored(refusal))
    assert (type(again), vars(again)) == (type(refusal), vars(refusal))
    assert code


def test_every_refusal_that_leaves_a_tap_its_return_is_here() -> None:
    assert {type(refusal) for refusal, _ in REFUSALS} == set(refusals.WITHOUT_PICKUP)
