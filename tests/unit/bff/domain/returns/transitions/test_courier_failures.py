from datetime import timedelta

import pytest

from bff.domain.pickups.model import CancelReason, Pickup, PickupStatus
from bff.domain.pickups.offers import OfferEnd
from bff.domain.returns.model import Case, CloseReason, ReturnStatus, VisitsOutcome
from bff.domain.returns.transitions import courier_failures
from tests.support.database import places_left
from tests.support.return_cases import collected_case, open_case, outbox_messages, read_case, write
from tests.support.world import World

HOUR = timedelta(hours=1)


async def booked(world: World) -> tuple[Case, Pickup]:
    case = await open_case(world, level=4, pickup=True)
    assert case.pickup
    return case, case.pickup


async def pass_on(world: World, case: Case, end: OfferEnd, otherwise: CancelReason) -> Case:
    case = await read_case(world, case)
    await write(world, courier_failures.pass_on, case.pickup, end, otherwise)
    return await read_case(world, case)


async def test_a_silent_company_costs_the_shopper_nothing_and_the_last_one_their_wait(
    world: World,
) -> None:
    case, pickup = await booked(world)
    for company in ("sf", "yto"):
        case = await pass_on(world, case, OfferEnd.NO_ANSWER, CancelReason.NO_COURIER)
        assert case.pickup
        assert (case.pickup.courier_company, case.this_return.ship_back_from) == (company, None)
        assert case.pickup.ends_at == pickup.ends_at
        world.clock.advance(timedelta(minutes=5))
    case = await pass_on(world, case, OfferEnd.NO_ANSWER, CancelReason.NO_COURIER)
    assert case.pickup
    assert case.pickup.cancel_reason is CancelReason.NO_COURIER
    assert case.this_return.ship_back_from == world.clock.now()


async def test_a_courier_who_did_not_come_is_dismissed_and_the_next_slot_is_taken(
    world: World,
) -> None:
    case, pickup = await booked(world)
    before = await places_left(world.db)
    world.clock.advance(3 * HOUR)
    case = await pass_on(world, case, OfferEnd.DID_NOT_COME, CancelReason.COURIER_DID_NOT_COME)
    assert case.pickup
    assert case.pickup.starts_at >= world.clock.now()
    after = await places_left(world.db)
    assert after[pickup.slot_key] == before[pickup.slot_key] + 1
    assert case.pickup.slot_key != pickup.slot_key
    assert case.this_return.ship_back_from == world.clock.now()
    assert await outbox_messages(world.db, pickup.id) == [
        *["pickup.requested", "pickup.cancelled", "pickup.requested"]
    ]


@pytest.mark.parametrize(
    ("outcome", "status", "why"),
    [
        (VisitsOutcome.SHIP_BACK, ReturnStatus.AWAITING_RETURN_SHIPMENT, None),
        (VisitsOutcome.CLOSE, ReturnStatus.CLOSED, CloseReason.VISITS_IN_VAIN),
        (VisitsOutcome.REFUND, ReturnStatus.SUCCEEDED, None),
    ],
)
async def test_staff_decide_how_a_return_goes_on(
    world: World, outcome: VisitsOutcome, status: ReturnStatus, why: CloseReason | None
) -> None:
    case, pickup = await booked(world)
    await write(world, courier_failures.escalate_visits, pickup)
    await write(world, courier_failures.settle_visits, case.this_return, outcome)
    decided = (await read_case(world, case)).this_return
    assert (decided.status, decided.close_reason, decided.visits_outcome) == (status, why, outcome)
    assert decided.visits_escalated_at is None


async def test_the_money_for_a_lost_parcel_is_on_its_way_at_once(world: World) -> None:
    case, pickup = await collected_case(world)
    await write(world, courier_failures.lose_parcel, pickup)
    case = await read_case(world, case)
    assert case.pickup
    assert (case.this_return.status, case.pickup.status, case.refund.advance) == (
        *(ReturnStatus.SUCCEEDED, PickupStatus.LOST, "APPLYING"),
    )
