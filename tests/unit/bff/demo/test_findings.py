"""What sets the demonstration's shoppers apart."""

from collections import Counter
from pathlib import Path

from sqlalchemy import select

from bff.db.tables import behaviours, order_lines, refunds, returns
from bff.demo.catalogue import PERSONAS
from bff.demo.load import load_demo
from bff.domain.orders.model import shopper_id
from bff.domain.refunds.model import AdvanceStatus
from bff.domain.returns.model import CloseReason
from tests.support.database import new_database
from tests.support.invariants import check_invariants
from tests.support.world import FakeClock


async def test_each_finding_is_a_closed_return_of_which_nothing_is_owed(
    db_folder: Path,
) -> None:
    async with new_database(db_folder, FakeClock()) as db:
        await load_demo(db)
        await load_demo(db)
        async with db.read() as connection:
            kinds = (await connection.execute(select(behaviours))).all()
            closed = (await connection.execute(select(returns))).all()
            advances = set((await connection.execute(select(refunds.c.advance))).scalars())
            held = sum((await connection.execute(select(order_lines.c.held_quantity))).scalars())
        await check_invariants(db)
    wanted = Counter((shopper_id(one.shopper_no), kind) for one in PERSONAS for kind in one.found)
    assert Counter((row.shopper_id, row.kind) for row in kinds) == wanted
    assert {row.close_reason for row in closed} == {CloseReason.REFUSAL_STANDS}
    assert advances == {AdvanceStatus.NONE}
    assert held == sum(persona.credits for persona in PERSONAS)
