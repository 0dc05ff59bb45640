import pytest
from msgspec.structs import replace

from bff.db.transaction import Tx
from bff.domain.refunds.model import TRANSITIONS, AdvanceStatus
from bff.domain.refunds.store import (
    add_refund,
    move_advance,
    refunds_by_id,
    refunds_by_return,
    update_refund,
)
from bff.domain.returns.events import sync_timers
from tests.support.database import INTEGRITY_ERRORS
from tests.support.return_cases import open_case, read_case, write
from tests.support.world import World


async def test_a_refund_is_found_by_its_id_and_by_its_return(world: World) -> None:
    case = await open_case(world)
    refund = case.refund
    async with world.db.read() as connection:
        assert await refunds_by_id(connection, refund.shopper_id, [refund.id, "ref_unknown"]) == {
            refund.id: refund
        }
        by_return = await refunds_by_return(
            connection, refund.shopper_id, [refund.return_id, "ret_unknown"]
        )
    assert by_return == {refund.return_id: refund}


async def test_a_return_has_one_refund(world: World) -> None:
    case = await open_case(world)
    with pytest.raises(INTEGRITY_ERRORS):
        await write(world, add_refund, replace(case.refund, id="ref_second"))


async def test_what_is_updated_is_nothing_else(world: World) -> None:
    case, other = await open_case(world), await open_case(world)
    now = world.clock.now()
    await world.db.write(lambda tx: update_refund(tx, case.refund, retry_at=now))
    assert (await read_case(world, case)).refund == replace(case.refund, retry_at=now)
    assert await read_case(world, other) == other


@pytest.mark.parametrize("to", AdvanceStatus)
async def test_an_advance_moves_only_where_its_table_lets_it(
    world: World, to: AdvanceStatus
) -> None:
    case = await open_case(world)

    async def move(tx: Tx) -> bool:
        sync_timers(tx, case.this_return.shopper_id, case.this_return.id)
        return await move_advance(tx, case.refund, to)

    moved = await world.db.write(move)
    assert moved is TRANSITIONS.allows(AdvanceStatus.NONE, to)
    expected = to if moved else AdvanceStatus.NONE
    assert (await read_case(world, case)).refund.advance is expected
