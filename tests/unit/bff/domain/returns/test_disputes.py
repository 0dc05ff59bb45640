from datetime import timedelta

from bff.domain.returns.commands.returns import open_dispute
from bff.domain.returns.disputes import open_disputes
from bff.domain.returns.model import Deduction, RefusedBecause, Winner
from bff.domain.returns.reports import merchant
from bff.domain.returns.reports.staff import dispute_decided
from tests.support.models import POLICY
from tests.support.return_cases import advanced_case, apply_report, refused_case, write
from tests.support.world import World


async def test_the_one_that_has_waited_longest_comes_first(world: World) -> None:
    cases = [await refused_case(world, number=f"SF12345678901{digit}") for digit in (1, 2)]
    for case in reversed(cases):
        await write(world, open_dispute, case.this_return.shopper_id, case.this_return.id)
        world.clock.advance(timedelta(hours=1))
    second, first = cases
    assert [one.return_id for one in await open_disputes(world.db)] == [
        first.this_return.id,
        second.this_return.id,
    ]


async def test_a_dispute_says_until_when_and_over_what(world: World) -> None:
    case = await refused_case(world)
    assert await open_disputes(world.db) == []
    await write(world, open_dispute, case.this_return.shopper_id, case.this_return.id)
    [dispute] = await open_disputes(world.db)
    since = world.clock.now()
    assert (dispute.merchant, dispute.shopper_id) == ("linen-house", case.this_return.shopper_id)
    assert (dispute.reason, dispute.note) == (RefusedBecause.EMPTY_PARCEL, "nothing in it")
    assert dispute.amount == case.refund.amount
    days = timedelta(days=POLICY.returning.dispute_decide_days)
    assert (dispute.since, dispute.decide_by) == (since, since + days)


async def test_what_is_decided_waits_no_more(world: World) -> None:
    case = await refused_case(world)
    await write(world, open_dispute, case.this_return.shopper_id, case.this_return.id)
    await write(world, dispute_decided, case.this_return.id, Winner.MERCHANT)
    assert await open_disputes(world.db) == []


async def test_of_goods_that_are_accepted_in_part_the_deductions_are_disputed(
    world: World,
) -> None:
    case = await advanced_case(world)
    shopper, return_id = case.this_return.shopper_id, case.this_return.id
    torn = Deduction(RefusedBecause.DAMAGED, 3_000, "torn", ("https://photos.example/1",))
    await apply_report(world, merchant.partly_accepted, return_id, [torn])
    await write(world, open_dispute, shopper, return_id)
    [dispute] = await open_disputes(world.db)
    assert (dispute.reason, dispute.amount.minor) == (RefusedBecause.DAMAGED, 3_000)
