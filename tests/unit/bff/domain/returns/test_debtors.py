from datetime import timedelta

from bff.domain.returns.commands.returns import repay_refund
from bff.domain.returns.debtors import open_debts
from bff.domain.returns.reports.payments import payment_succeeded
from bff.domain.returns.transitions.returns import let_refusal_stand
from tests.support.models import POLICY
from tests.support.return_cases import refused_case, write
from tests.support.world import World


async def test_what_is_owed_is_known_until_it_is_repaid(world: World) -> None:
    case = await refused_case(world)
    assert await open_debts(world.db) == []
    await write(world, let_refusal_stand, case.this_return)
    [debt] = await open_debts(world.db)
    assert (debt.return_id, debt.owed, debt.repaying) == (
        case.this_return.id,
        case.refund.amount,
        False,
    )
    days = timedelta(days=POLICY.payment.repay_days)
    assert debt.repay_by == debt.since + days == world.clock.now() + days
    [payment] = await write(world, repay_refund, debt.shopper_id, debt.return_id)
    assert [one.repaying for one in await open_debts(world.db)] == [True]
    await write(world, payment_succeeded, payment.id, "P-1", world.clock.now())
    assert await open_debts(world.db) == []
