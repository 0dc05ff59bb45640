from datetime import datetime, timedelta

from sqlalchemy import select

from bff.db.tables import events, timers, webhook_events
from bff.db.transaction import Tx
from bff.domain.returns.events import announce_case, announce_return, sync_timers
from bff.domain.returns.model import Case, DeadlineKind
from bff.domain.returns.refund_event import RefundEvent
from bff.jobs.received_events import TRY_AGAIN
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
    await write(
        world,
        announce_return,
        case.this_return.shopper_id,
        case.this_return.id,
        RefundEvent.DEADLINE_MISSED,
        missed,
    )
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
        sync_timers(tx, case.this_return.shopper_id, case.this_return.id)

    await world.db.write(sync)
    assert await armed(world, case) == before


async def test_a_return_that_is_not_there_has_no_timers(world: World) -> None:
    async def sync(tx: Tx) -> None:
        sync_timers(tx, "sho_1", "ret_rolled_back")

    async with nothing_changes(world):
        await world.db.write(sync)


async def test_what_waits_for_a_return_is_tried_again_in_one_statement_a_return(
    world: World,
) -> None:
    case = await open_case(world, pickup=True)
    await timer_of_a_report(world, case.this_return.id)
    with statements(world.db) as seen:
        await write(world, twice, case.this_return.shopper_id, case.this_return.id)
    assert len([sql for sql in seen if "UPDATE timers" in sql]) == 1
    assert await due_at(world) == world.clock.now()


async def twice(tx: Tx, shopper_id: str, return_id: str) -> None:
    for event in (RefundEvent.PICKUP_ACCEPTED, RefundEvent.PICKUP_COLLECTED):
        await announce_return(tx, shopper_id, return_id, event)


async def timer_of_a_report(world: World, return_id: str) -> None:
    moment = world.clock.now()
    row: dict[str, object] = {"id": 1, "partner": "merchant", "event_id": "e", "type": "t"}
    row |= {"subject_id": return_id, "digest": "d", "status": "WAITING", "code": "TOO_EARLY"}
    row |= {"attempts": 0, "data": "{}", "happened_at": moment, "received_at": moment}
    timer = {"kind": TRY_AGAIN, "subject_id": "1", "due_at": moment + timedelta(hours=1)}

    async def add(tx: Tx) -> None:
        await tx.execute(webhook_events.insert(), row)
        await tx.execute(timers.insert(), timer)

    await world.db.write(add)


async def due_at(world: World) -> datetime:
    statement = select(timers.c.due_at).where(timers.c.kind == TRY_AGAIN)
    async with world.db.read() as connection:
        moment: datetime = (await connection.execute(statement)).scalar()
    return moment


async def test_for_a_change_of_another_return_nothing_is_tried_again(world: World) -> None:
    case, other = await open_case(world), await open_case(world)
    await timer_of_a_report(world, other.this_return.id)
    await write(world, announce_case, case, RefundEvent.GOODS_RECEIVED)
    assert await due_at(world) == world.clock.now() + timedelta(hours=1)


async def test_of_a_new_return_no_report_is_looked_for(world: World) -> None:
    with statements(world.db) as seen:
        await open_case(world, pickup=True)
    assert not [sql for sql in seen if "UPDATE timers" in sql]
