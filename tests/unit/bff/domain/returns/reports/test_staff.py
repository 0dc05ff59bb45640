import pytest

from bff.core.report_errors import ImpossibleReportError, TooEarlyError
from bff.domain.refunds.model import AdvanceStatus
from bff.domain.returns.commands.returns import open_dispute
from bff.domain.returns.model import Case, ReturnStatus, Winner
from bff.domain.returns.reports.staff import dispute_decided
from tests.support.return_cases import open_case, read_case, refused_case, write
from tests.support.world import World

ENDS = {
    Winner.SHOPPER: (ReturnStatus.SUCCEEDED, AdvanceStatus.SETTLED),
    Winner.MERCHANT: (ReturnStatus.CLOSED, AdvanceStatus.CLAWED_BACK),
}


async def disputed_case(world: World) -> Case:
    case = await refused_case(world)
    await write(world, open_dispute, case.this_return.shopper_id, case.this_return.id)
    return case


@pytest.mark.parametrize("winner", Winner)
async def test_the_winner_has_the_money(world: World, winner: Winner) -> None:
    case = await disputed_case(world)
    assert await write(world, dispute_decided, case.this_return.id, winner)
    ended = await read_case(world, case)
    assert (ended.this_return.status, ended.refund.advance) == ENDS[winner]


async def test_a_decision_is_final(world: World) -> None:
    case = await disputed_case(world)
    await write(world, dispute_decided, case.this_return.id, Winner.SHOPPER)
    with pytest.raises(ImpossibleReportError, match="SUCCEEDED"):
        await write(world, dispute_decided, case.this_return.id, Winner.MERCHANT)


async def test_a_decision_waits_for_a_dispute(world: World) -> None:
    for case in (await open_case(world), await refused_case(world)):
        with pytest.raises(TooEarlyError, match="dispute"):
            await write(world, dispute_decided, case.this_return.id, Winner.SHOPPER)


async def test_there_is_nothing_to_decide_of_an_unknown_return(world: World) -> None:
    with pytest.raises(ImpossibleReportError, match="no such return"):
        await write(world, dispute_decided, "ret_unknown", Winner.SHOPPER)
