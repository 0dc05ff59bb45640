"""Timers: once, late rather than lost; and a worker that runs, fails and begins again."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bff.app import worker_of
from bff.core.clock import SystemClock
from bff.core.ids import NO_SHOPPER
from bff.db import events
from bff.db.database import Database
from bff.db.lookups import owner_of_return
from bff.domain.returns.refund_event import RefundEvent
from bff.jobs import heartbeats
from bff.jobs.timers import WORK
from bff.jobs.worker import Worker
from bff.partners.simulated.partners import DELAYS
from tests.support.documents import ONE_TAP
from tests.support.factories import create_order, create_shopper
from tests.support.workers import (
    HANG_S,
    SECOND,
    FlakyDispatcher,
    ended,
    leave_mark,
    mark_and_break,
    mark_and_refuse,
    marks,
    outbox_messages,
    pending,
    post,
    schedule,
    worker_for,
)
from tests.support.world import START, FakeClock, World, open_world


async def test_a_timer_fires_once_and_not_before_its_time(world: World) -> None:
    worker = worker_for(world.db)
    await schedule(world.db, "a", START + SECOND)
    assert await worker.step() is False
    world.clock.advance(SECOND)
    assert await worker.step() is True
    assert await worker.step() is False
    assert (await marks(world.db), await pending(world.db)) == (["a"], [])


async def test_a_timer_fires_late_rather_than_never(world: World) -> None:
    await schedule(world.db, "a", START + SECOND)
    world.clock.advance(timedelta(days=400))
    await worker_for(world.db).step()
    assert await marks(world.db) == ["a"]


async def all_done(worker: Worker) -> None:
    while await worker.step():
        pass


async def test_two_workers_at_once_fire_a_timer_once(world: World, db_folder: Path) -> None:
    """Two of one program, and one of another on the same file."""
    other = await open_world(db_folder, clock=world.clock)
    subjects = [f"s{number}" for number in range(20)]
    for subject in subjects:
        await schedule(world.db, subject, START)
    await asyncio.gather(*(all_done(worker_for(db)) for db in (world.db, world.db, other.db)))
    await other.db.close()
    assert sorted(await marks(world.db)) == sorted(subjects)
    assert await pending(world.db) == []


async def test_a_timer_that_is_set_twice_keeps_its_first_moment(world: World) -> None:
    await schedule(world.db, "a", START + SECOND)
    await schedule(world.db, "a", START + 9 * SECOND)
    assert await pending(world.db) == [("a", START + SECOND)]


async def test_a_faulting_timer_is_postponed_and_stops_no_other(world: World) -> None:
    handlers = {"mark": leave_mark, "break": mark_and_break}
    await schedule(world.db, "bad", START, kind="break")
    await schedule(world.db, "unknown", START, kind="nobody's")
    await schedule(world.db, "good", START)
    await worker_for(world.db, handlers).step()
    assert await marks(world.db) == ["good"]
    assert await pending(world.db) == [("bad", START + SECOND), ("unknown", START + SECOND)]
    world.clock.advance(SECOND)
    await worker_for(world.db, {"break": leave_mark, "nobody's": leave_mark}).step()
    assert sorted(await marks(world.db)) == ["bad", "good", "unknown"]


async def test_a_refused_timer_is_done_and_changed_nothing(world: World) -> None:
    handlers = {"mark": leave_mark, "refuse": mark_and_refuse}
    await schedule(world.db, "refused", START, kind="refuse")
    await schedule(world.db, "good", START)
    await worker_for(world.db, handlers).step()
    assert (await marks(world.db), await pending(world.db)) == (["good"], [])


async def test_a_running_worker_is_woken_by_a_commit(
    db_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten messages, one after the other: an idle worker never looks by itself here."""
    monkeypatch.setattr("bff.jobs.worker.IDLE_S", 3_600.0)
    services = await open_world(db_folder, clock=SystemClock())
    partners = FlakyDispatcher()
    running = asyncio.create_task(worker_for(services.db, post=partners).run())
    async with asyncio.timeout(HANG_S):
        for number in range(10):
            await post(services.db, f"pic_{number}")
            await partners.called.wait()
            partners.called.clear()
    await ended(running)
    await services.db.close()
    assert partners.calls == [f"pic_{number}" for number in range(10)]


async def test_a_running_worker_outlives_a_step_that_fails(db_folder: Path) -> None:
    """The table is away for a moment, as a disk may be."""
    services = await open_world(db_folder, clock=SystemClock())
    db, partners = services.db, FlakyDispatcher()
    await db.write(lambda tx: tx.connection.execute("ALTER TABLE outbox RENAME TO away"))
    running = asyncio.create_task(worker_for(db, post=partners).run())
    await asyncio.sleep(0.05)
    await db.write(lambda tx: tx.connection.execute("ALTER TABLE away RENAME TO outbox"))
    async with asyncio.timeout(HANG_S):
        await post(db, "pic_1")
        await partners.called.wait()
    assert not running.done()
    await ended(running)
    await db.close()


async def tap(world: World) -> str:
    """A return with a pickup, tapped by way of the API; its id."""
    shopper = await create_shopper(world.db, level=4)
    [line] = await create_order(world.db, shopper, received_at=START)
    async with world.client(shopper) as app:
        answer = await app.ask(ONE_TAP, key="k", line=line, pickup={})
    return str(answer["oneTapReturn"]["return"]["id"])


async def event_kinds(db: Database, return_id: str) -> list[str]:
    async with db.read() as connection:
        owner = await owner_of_return(connection, return_id) or NO_SHOPPER
        return [event.kind for event in await events.read_after(connection, owner, return_id, 0)]


async def test_from_tap_to_refund_it_takes_some_twenty_seconds_at_demo_speed(
    server: World,
) -> None:
    return_id = await tap(server)
    while RefundEvent.REFUND_ADVANCED not in await event_kinds(server.db, return_id):
        server.clock.advance(SECOND / 4)
        await server.work()
    took = server.clock.now() - START
    assert sum(DELAYS[kind].total_seconds() for kind in WAY) / 360 == 19
    assert 19 * SECOND <= took <= 40 * SECOND


WAY = ("courier.accept", "courier.collect", "courier.weigh", "courier.waybill")


async def test_a_restart_goes_on_in_the_middle_of_a_journey(server: World, db_folder: Path) -> None:
    return_id = await tap(server)
    for kind in WAY:
        await finish_and_begin_again(server.clock, db_folder)
        server.clock.advance(DELAYS[kind] / 360)
    await finish_and_begin_again(server.clock, db_folder)
    assert (await event_kinds(server.db, return_id))[3:] == [
        "PICKUP_ACCEPTED",
        "PICKUP_COLLECTED",
        "PICKUP_WEIGHED",
        "WAYBILL_SUBMITTED",
        "REFUND_ADVANCED",
    ]


async def finish_and_begin_again(clock: FakeClock, folder: Path) -> None:
    """A new program on the same file does what is due, and ends."""
    services = await open_world(folder, clock=clock)
    while await worker_of(services).step():
        pass
    await services.db.close()


async def test_a_courier_called_twice_comes_once(server: World) -> None:
    """A message may be delivered again after a crash, even when its timer has fired."""
    return_id = await tap(server)
    [outgoing] = await outbox_messages(server.db)
    for _ in range(3):
        await server.work()
        server.clock.advance(DELAYS["courier.accept"] / 360)
        await post(server.db, outgoing.subject_id)
    await server.work()
    assert (await event_kinds(server.db, return_id)).count("PICKUP_ACCEPTED") == 1


async def test_a_worker_that_runs_shows_signs_of_life(world: World) -> None:
    working = asyncio.create_task(worker_for(world.db).run())
    try:
        for _ in range(2):
            await beat_at(world, world.clock.now())
            world.clock.advance(heartbeats.INTERVAL)
            world.db.wakeups.wake([WORK])
    finally:
        await ended(working)


async def beat_at(world: World, moment: datetime) -> None:
    """Wait for it."""
    async with asyncio.timeout(HANG_S):
        while True:
            async with world.db.read() as connection:
                if await heartbeats.last_beat(connection) == moment:
                    return
            await asyncio.sleep(0.001)
