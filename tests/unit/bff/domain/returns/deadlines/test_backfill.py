"""Returns without timers get them at the start: by the hundred, and only those that wait."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from bff.db.database import Database
from bff.db.sqlite.form import FORM
from bff.db.tables import pickups, refunds, returns, timers
from bff.db.transaction import Tx
from bff.domain.pickups.model import FeeStatus
from bff.domain.refunds.advances import sync_advanced
from bff.domain.returns.deadlines import backfill
from bff.domain.returns.deadlines.backfill import arm_all
from bff.domain.returns.model import DeadlineKind, ReturnStatus
from tests.support.database import statements
from tests.support.documents import ONE_TAP
from tests.support.factories import create_order, create_shopper
from tests.support.rows import return_under
from tests.support.world import START, World

KINDS = list(DeadlineKind)
SOON = START + timedelta(hours=3)


async def tap(world: World) -> str:
    """A return with a pickup; its timers are gone then."""
    shopper = await create_shopper(world.db, level=3)
    [line] = await create_order(world.db, shopper, received_at=START)
    async with world.client(shopper) as app:
        answer = await app.ask(ONE_TAP, key="k", line=line, pickup={})
    await world.db.write(lambda tx: tx.execute(delete(timers).where(timers.c.kind.in_(KINDS))))
    return str(answer["oneTapReturn"]["return"]["id"])


async def armed(db: Database) -> list[tuple[str, str, datetime]]:
    statement = select(timers.c.subject_id, timers.c.kind, timers.c.due_at).where(
        timers.c.kind.in_(KINDS)
    )
    async with db.read() as connection:
        return sorted(tuple(row) for row in await connection.execute(statement))


async def end(tx: Tx, return_id: str) -> None:
    values = {"status": ReturnStatus.SUCCEEDED, "ended_at": tx.now}
    await tx.execute(update(returns).where(returns.c.id == return_id).values(**values))
    this_return = await return_under(tx.connection, return_id)
    await sync_advanced(tx, this_return.shopper_id, this_return.order_id)


async def test_what_a_tap_would_set_is_set(server: World) -> None:
    return_id = await tap(server)
    assert await arm_all(server.db) == 1
    assert [(subject, kind) for subject, kind, _ in await armed(server.db)] == [
        (return_id, "COURIER_ANSWER"),
        (return_id, "COURIER_ARRIVAL"),
        (return_id, "LATE_COURIER"),
        (return_id, "SHIP_BACK"),
    ]


async def test_an_ended_return_waits_for_its_money_and_for_its_fee(server: World) -> None:
    paid_later, owing, done = [await tap(server) for _ in range(3)]

    async def go_on(tx: Tx) -> None:
        for return_id in (paid_later, owing, done):
            await end(tx, return_id)
        here = refunds.c.return_id == paid_later
        await tx.execute(update(refunds).where(here).values(retry_at=SOON))
        fee = {"fee_status": FeeStatus.UNPAID, "fee_final_at": START, "fee_due_by": SOON}
        await tx.execute(update(pickups).where(pickups.c.return_id == owing).values(**fee))

    await server.db.write(go_on)
    assert await arm_all(server.db) == 2
    found = {subject: (kind, at) for subject, kind, at in await armed(server.db)}
    assert found == {paid_later: ("REFUND_RETRY", SOON), owing: ("PICKUP_FEE", SOON)}
    server.lawful = False  # no such debt is in the ledger


async def test_many_are_armed_a_few_at_a_time(
    server: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        await tap(server)
    monkeypatch.setattr(backfill, "BATCH_RETURNS", 2)
    commits: list[int] = []
    server.db.on_commit = lambda writes, _: commits.append(writes)
    assert await arm_all(server.db) == 5
    assert commits == [1, 1, 1]
    assert len({subject for subject, _, _ in await armed(server.db)}) == 5


async def test_where_all_have_theirs_nothing_is_written(server: World) -> None:
    await tap(server)
    await arm_all(server.db)
    with statements(server.db) as seen:
        assert await arm_all(server.db) == 0
    assert [statement.partition(" ")[0] for statement in seen] == ["SELECT"]


@pytest.mark.sqlite_only("its plan hangs on the statement alone, not on the tables' sizes")
async def test_of_all_returns_only_those_that_go_on_are_looked_at(server: World) -> None:
    statement = backfill.unarmed().compile(
        dialect=FORM.dialect, compile_kwargs={"literal_binds": True}
    )
    async with server.db.read() as connection:
        plan = await connection.execute(f"EXPLAIN QUERY PLAN {statement}")
        scanned = {row.detail for row in plan if row.detail.startswith("SCAN")}
    assert scanned == {"SCAN going_on"}
