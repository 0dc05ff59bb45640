from datetime import timedelta

from bff.domain.pickups.model import VisitFailure
from bff.domain.returns.escalations import FailedVisit, open_escalations
from bff.domain.returns.model import VisitsOutcome
from bff.domain.returns.reports import staff, visits
from tests.support.return_cases import open_case, write
from tests.support.world import World


async def test_two_visits_in_vain_are_listed_until_staff_have_decided(world: World) -> None:
    case = await open_case(world, pickup=True)
    assert case.pickup
    now, why = world.clock.now(), VisitFailure.COURIER_UNABLE
    await write(world, visits.visit_failed, case.pickup.id, why, "cainiao", now)
    assert await open_escalations(world.db) == []
    await write(world, visits.visit_failed, case.pickup.id, why, "sf", now)
    [listed] = await open_escalations(world.db)
    assert (listed.return_id, listed.shopper_id, listed.amount) == (
        case.this_return.id,
        case.this_return.shopper_id,
        case.refund.amount,
    )
    assert (listed.since, listed.decide_by) == (now, now + timedelta(days=3))
    assert listed.visits == (FailedVisit("cainiao", now, why), FailedVisit("sf", now, why))
    await write(world, staff.visits_decided, case.this_return.id, VisitsOutcome.SHIP_BACK)
    assert await open_escalations(world.db) == []
