from datetime import timedelta

import pytest
from msgspec.structs import replace

from bff.domain.pickups.model import CancelReason, PickupStatus
from bff.domain.refunds.model import AdvanceStatus
from bff.domain.returns.commands.returns import open_dispute
from bff.domain.returns.deadlines.handlers import HANDLERS
from bff.domain.returns.model import Case, CloseReason, DeadlineKind, RefusedBecause, ReturnStatus
from bff.domain.returns.reports import courier
from bff.domain.returns.rules.deadlines import deadlines
from bff.domain.returns.transitions.returns import refuse
from tests.support.database import nothing_changes
from tests.support.models import POLICY
from tests.support.return_cases import (
    CAINIAO_NUMBER,
    ELECTRONICS,
    apply_report,
    collected_case,
    event_kinds,
    open_case,
    read_case,
    refused_case,
    shipped_case,
    write,
)
from tests.support.world import World


async def pass_deadline(world: World, case: Case, what: DeadlineKind) -> Case:
    """At the moment of the deadline; the case then."""
    case = await read_case(world, case)
    [deadline] = [one for one in deadlines(case, POLICY) if one.what is what]
    world.clock.at = deadline.at
    await fire(world, case, what)
    after = await read_case(world, case)
    assert after.missed[-1].what is what
    assert after.missed[-1].due_at == deadline.at
    return after


async def fire(world: World, case: Case, what: DeadlineKind) -> None:
    await write(world, HANDLERS[what], case.this_return.id)


def test_every_kind_of_deadline_has_a_handler() -> None:
    assert set(HANDLERS) == set(DeadlineKind)


@pytest.mark.parametrize("what", DeadlineKind)
async def test_what_is_not_due_does_nothing(world: World, what: DeadlineKind) -> None:
    case = await open_case(world, pickup=True)
    async with nothing_changes(world):
        await fire(world, case, what)
        await write(world, HANDLERS[what], "ret_unknown")


async def test_a_silent_merchant_has_approved(world: World) -> None:
    case = await open_case(world, goods=ELECTRONICS)
    after = await pass_deadline(world, case, DeadlineKind.MERCHANT_ANSWER)
    assert world.clock.at == case.this_return.opened_at + timedelta(hours=72)
    assert after.this_return.status is ReturnStatus.AWAITING_RETURN_SHIPMENT


async def test_a_return_that_is_never_sent_is_closed(world: World) -> None:
    case = await open_case(world)
    after = await pass_deadline(world, case, DeadlineKind.SHIP_BACK)
    assert after.this_return.close_reason is CloseReason.NOT_SHIPPED_BACK


async def test_a_pickup_goes_from_company_to_company_and_then_is_off(world: World) -> None:
    case = await open_case(world, pickup=True)
    companies = []
    for _ in POLICY.pickup.couriers:
        assert case.pickup
        companies.append(case.pickup.courier_company)
        case = await pass_deadline(world, case, DeadlineKind.COURIER_ANSWER)
    assert companies == [one.code for one in POLICY.pickup.couriers]
    assert case.pickup
    assert (case.pickup.status, case.pickup.cancel_reason) == (
        PickupStatus.CANCELLED,
        CancelReason.NO_COURIER,
    )


async def test_a_courier_who_is_late_is_on_record_and_still_comes(world: World) -> None:
    """P2: the shopper's days to ship count anew."""
    case = await open_case(world, pickup=True)
    assert case.pickup
    await apply_report(world, courier.accepted, case.pickup.id, "cainiao")
    before = await read_case(world, case)
    after = await pass_deadline(world, case, DeadlineKind.COURIER_ARRIVAL)
    assert after.pickup == before.pickup
    assert after.this_return == replace(before.this_return, ship_back_from=world.clock.now())
    assert (await event_kinds(world.db, case))[-1] == "DEADLINE_MISSED"


async def test_an_unpaid_fee_costs_the_advance_and_not_the_refund(world: World) -> None:
    case, pickup = await collected_case(world)
    await apply_report(world, courier.waybill, pickup.id, CAINIAO_NUMBER)
    after = await pass_deadline(world, case, DeadlineKind.PICKUP_FEE)
    assert after.refund.advance is AdvanceStatus.CLOSED
    assert after.this_return.status is ReturnStatus.AWAITING_MERCHANT_RECEIPT
    assert after.pickup
    assert after.pickup.shopper_owes


async def test_a_merchant_who_does_not_inspect_has_accepted(world: World) -> None:
    case = await shipped_case(world)
    after = await pass_deadline(world, case, DeadlineKind.MERCHANT_INSPECTION)
    assert after.this_return.status is ReturnStatus.SUCCEEDED


async def test_a_refusal_that_nobody_disputes_stands(world: World) -> None:
    after = await pass_deadline(world, await refused_case(world), DeadlineKind.DISPUTE)
    assert after.this_return.close_reason is CloseReason.REFUSAL_STANDS


@pytest.mark.parametrize("because", [RefusedBecause.NOT_AGREED, RefusedBecause.USED_ITEM])
async def test_a_refused_request_that_nobody_disputes_is_approved(
    world: World, because: RefusedBecause
) -> None:
    """Of an older version too, in which a merchant need not have had a ground."""
    case = await open_case(world, goods=ELECTRONICS)
    await write(world, refuse, case.this_return, because, "", ())
    world.clock.advance(timedelta(days=POLICY.returning.dispute_open_days))
    await fire(world, case, DeadlineKind.DISPUTE)
    after = await read_case(world, case)
    assert after.this_return.status is ReturnStatus.AWAITING_RETURN_SHIPMENT
    assert after.missed == ()


async def test_staff_who_do_not_decide_have_decided_for_the_shopper(world: World) -> None:
    case = await refused_case(world)
    await write(world, open_dispute, case.this_return.shopper_id, case.this_return.id)
    after = await pass_deadline(world, case, DeadlineKind.STAFF_DECISION)
    assert (after.this_return.status, after.refund.advance) == (
        ReturnStatus.SUCCEEDED,
        AdvanceStatus.SETTLED,
    )
