from sqlalchemy import select

from bff.db.tables import events, timers
from bff.db.transaction import Tx
from bff.domain.returns.events import announce_case, announce_return, sync_timers
from bff.domain.returns.model import Case, DeadlineKind, RefundEvent
from tests.support.database import nothing_changes, statements
from tests.support.return_cases import open_case, write
from tests.support.world import World


async def last_facts(world: World, case: Case) -> tuple[str, dict[str, object]]:
    statement = select(events.c.kind, events.c.facts).where(events.c.topic == case.this_return.id)
    async with world.db.read() as connection:
        rows = (await connection.execute(statement.order_by(events.c.id))).all()
        return rows[-1].kind, rows[-1].facts


async def armed(world: World, case: Case) -> dict[str, object]:
    statement = select(timers.c.kind, timers.c.due_at).where(
        timers.c.subject_id == case.this_return.id
    )
    async with world.db.read() as connection:
        return {row.kind: row.due_at for row in await connection.execute(statement)}


async def test_an_event_has_the_states_after_the_change(world: World) -> None:
    case = await open_case(world, pickup=True)
    missed = DeadlineKind.COURIER_ARRIVAL
    await write(world, announce_return, case.this_return.id, RefundEvent.DEADLINE_MISSED, missed)
    assert await last_facts(world, case) == (
        "DEADLINE_MISSED",
        {
            "return_status": "AWAITING_RETURN_SHIPMENT",
            "pickup_status": "AWAITING_COURIER",
            "advance": "NONE",
            "deadline": "COURIER_ARRIVAL",
        },
    )


async def test_of_a_case_that_is_known_nothing_is_read(world: World) -> None:
    case = await open_case(world)
    with statements(world.db) as seen:
        await write(world, announce_case, case, RefundEvent.GOODS_RECEIVED)
    assert not [sql for sql in seen if "FROM returns" in sql]
    assert await last_facts(world, case) == (
        "GOODS_RECEIVED",
        {
            "return_status": "AWAITING_RETURN_SHIPMENT",
            "pickup_status": None,
            "advance": "NONE",
            "deadline": None,
        },
    )


async def test_timers_are_those_of_the_deadlines(world: World) -> None:
    case = await open_case(world, pickup=True)
    before = await armed(world, case)
    assert set(before) == {"SHIP_BACK", "COURIER_ANSWER", "COURIER_ARRIVAL", "LATE_COURIER"}

    async def sync(tx: Tx) -> None:
        await tx.execute(timers.delete())
        sync_timers(tx, case.this_return.id)

    await world.db.write(sync)
    assert await armed(world, case) == before


async def test_a_return_that_is_not_there_has_no_timers(world: World) -> None:
    async def sync(tx: Tx) -> None:
        sync_timers(tx, "ret_rolled_back")

    async with nothing_changes(world):
        await world.db.write(sync)
