"""Timers and letters: once, late rather than lost, and whatever partners' systems do."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from bff.app import worker_of
from bff.core.clock import SystemClock
from bff.core.refusal import NotFound
from bff.db import events, outbox, timers
from bff.db.database import Database, Tx
from bff.db.outbox import Letter
from bff.db.tables import timers as timers_table
from bff.db.timers import Handler
from bff.partners.postman import Postman
from bff.partners.simulated import DELAYS, SimulatedPartners
from bff.pickups.service import PICKUP_REQUESTED
from bff.returns.model import RefundEvent
from bff.worker import LONGEST_RETRY, Worker
from tests.documents import ONE_TAP
from tests.factories import create_order, create_shopper
from tests.world import START, FakeClock, World, open_world

MARKS = "marks"
SECOND = timedelta(seconds=1)


async def leave_mark(tx: Tx, subject_id: str) -> None:
    await events.append(tx, MARKS, subject_id, {})


async def mark_and_break(tx: Tx, subject_id: str) -> None:
    await leave_mark(tx, subject_id)
    raise ConnectionError("broken")


async def mark_and_refuse(tx: Tx, subject_id: str) -> None:
    await leave_mark(tx, subject_id)
    raise NotFound("subject")


class Partners:
    """Both gateways; their system is down for the first `failures` calls."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.calls: list[str] = []
        self.called = asyncio.Event()

    async def request_pickup(self, pickup_id: str) -> None:
        self._called(pickup_id)

    async def cancel_pickup(self, pickup_id: str) -> None:
        self._called(pickup_id)

    async def request_approval(self, return_id: str) -> None:
        self._called(return_id)

    async def announce_shipment(self, return_id: str) -> None:
        self._called(return_id)

    def _called(self, subject_id: str) -> None:
        self.calls.append(subject_id)
        self.called.set()
        if len(self.calls) <= self.failures:
            raise ConnectionError("no route")


def a_worker(
    db: Database, handlers: Mapping[str, Handler] | None = None, partners: Partners | None = None
) -> Worker:
    gateways = partners or Partners()
    return Worker(db, Postman(gateways, gateways), handlers or {"mark": leave_mark})


async def schedule(db: Database, subject_id: str, due_at: datetime, kind: str = "mark") -> None:
    await db.write(lambda tx: timers.schedule(tx, kind, subject_id, due_at))


async def post(db: Database, subject_id: str, message: str = PICKUP_REQUESTED) -> None:
    await db.write(lambda tx: outbox.post(tx, message, subject_id))


async def marks(db: Database) -> list[str]:
    async with db.read() as connection:
        return [event.kind for event in await events.read_after(connection, MARKS, 0)]


async def pending(db: Database) -> list[tuple[str, datetime]]:
    async with db.read() as connection:
        rows = await connection.execute(select(timers_table).order_by(timers_table.c.id))
        return [(row.subject_id, row.due_at) for row in rows]


async def letters(db: Database) -> list[Letter]:
    """All that are in the outbox, due or not."""
    async with db.read() as connection:
        return await outbox.due(connection, START + timedelta(days=1000))


async def test_a_timer_fires_once_and_not_before_its_time(world: World) -> None:
    worker = a_worker(world.db)
    await schedule(world.db, "a", START + SECOND)
    assert await worker.step() is False
    world.clock.advance(SECOND)
    assert await worker.step() is True
    assert await worker.step() is False
    assert (await marks(world.db), await pending(world.db)) == (["a"], [])


async def test_a_timer_fires_late_rather_than_never(world: World) -> None:
    await schedule(world.db, "a", START + SECOND)
    world.clock.advance(timedelta(days=400))
    await a_worker(world.db).step()
    assert await marks(world.db) == ["a"]


async def test_two_workers_at_once_fire_a_timer_once(world: World, tmp_path: Path) -> None:
    """Two of one program, and one of another on the same file."""
    other = await open_world(tmp_path, clock=world.clock)
    subjects = [f"s{number}" for number in range(20)]
    for subject in subjects:
        await schedule(world.db, subject, START)
    await asyncio.gather(*(a_worker(db).step() for db in (world.db, world.db, other.db)))
    await other.db.close()
    assert sorted(await marks(world.db)) == sorted(subjects)
    assert await pending(world.db) == []


async def test_asked_for_twice_the_first_time_stands(world: World) -> None:
    await schedule(world.db, "a", START + SECOND)
    await schedule(world.db, "a", START + 9 * SECOND)
    assert await pending(world.db) == [("a", START + SECOND)]


async def test_a_faulting_timer_is_postponed_and_stops_no_other(world: World) -> None:
    handlers = {"mark": leave_mark, "break": mark_and_break}
    await schedule(world.db, "bad", START, kind="break")
    await schedule(world.db, "unknown", START, kind="nobody's")
    await schedule(world.db, "good", START)
    await a_worker(world.db, handlers).step()
    assert await marks(world.db) == ["good"]
    assert await pending(world.db) == [("bad", START + SECOND), ("unknown", START + SECOND)]
    world.clock.advance(SECOND)
    await a_worker(world.db, {"break": leave_mark, "nobody's": leave_mark}).step()
    assert sorted(await marks(world.db)) == ["bad", "good", "unknown"]


async def test_a_refused_timer_is_done_and_changed_nothing(world: World) -> None:
    handlers = {"mark": leave_mark, "refuse": mark_and_refuse}
    await schedule(world.db, "refused", START, kind="refuse")
    await schedule(world.db, "good", START)
    await a_worker(world.db, handlers).step()
    assert (await marks(world.db), await pending(world.db)) == (["good"], [])


async def test_a_failed_call_is_tried_again_with_growing_pauses(world: World) -> None:
    partners = Partners(failures=12)
    worker = a_worker(world.db, partners=partners)
    await post(world.db, "pic_1")
    pauses = []
    while await worker.step() and (kept := await letters(world.db)):
        pauses.append((kept[0].due_at - world.clock.now()).total_seconds())
        assert kept[0].attempts == len(pauses)
        assert (kept[0].last_error or "").startswith("ConnectionError (fault ")
        world.clock.at = kept[0].due_at
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]
    assert partners.calls == ["pic_1"] * 13


async def test_a_call_that_failed_for_a_week_is_still_tried(world: World) -> None:
    await post(world.db, "pic_1")
    [letter] = await letters(world.db)
    week = Letter(letter.id, letter.message, "pic_1", START, attempts=1000, last_error=None)
    await world.db.write(lambda tx: outbox.failed(tx, week, "down", START))
    await a_worker(world.db, partners=Partners(failures=1)).step()
    [kept] = await letters(world.db)
    assert (kept.due_at, kept.attempts) == (START + LONGEST_RETRY, 1002)


async def test_a_letter_that_fails_holds_up_no_other(world: World) -> None:
    partners = Partners(failures=1)
    for subject in ("pic_1", "pic_2"):
        await post(world.db, subject)
    await post(world.db, "x", message="nobody's")
    await a_worker(world.db, partners=partners).step()
    assert [letter.subject_id for letter in await letters(world.db)] == ["pic_1", "x"]


async def test_a_running_worker_is_woken_by_a_commit(tmp_path: Path) -> None:
    """Ten letters, one after the other, in less time than two idle looks would take."""
    services = await open_world(tmp_path, clock=SystemClock())
    partners = Partners()
    running = asyncio.create_task(a_worker(services.db, partners=partners).run())
    async with asyncio.timeout(1.5):
        for number in range(10):
            await post(services.db, f"pic_{number}")
            await partners.called.wait()
            partners.called.clear()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    await services.db.close()
    assert partners.calls == [f"pic_{number}" for number in range(10)]


async def test_a_running_worker_outlives_a_step_that_fails(tmp_path: Path) -> None:
    """The table is away for a moment, as a disk may be."""
    services = await open_world(tmp_path, clock=SystemClock())
    db, partners = services.db, Partners()
    await db.write(lambda tx: tx.connection.exec_driver_sql("ALTER TABLE outbox RENAME TO away"))
    running = asyncio.create_task(a_worker(db, partners=partners).run())
    await asyncio.sleep(0.05)
    await db.write(lambda tx: tx.connection.exec_driver_sql("ALTER TABLE away RENAME TO outbox"))
    async with asyncio.timeout(5):
        await post(db, "pic_1")
        await partners.called.wait()
    assert not running.done()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    await db.close()


async def tap(world: World) -> str:
    """A return with a pickup, tapped by way of the API; its id."""
    shopper = await create_shopper(world.db, level=3)
    [line] = await create_order(world.db, shopper, received_at=START)
    async with world.client(shopper) as app:
        answer = await app.ask(ONE_TAP, key="k", line=line, pickup={})
    return str(answer["oneTapReturn"]["return"]["id"])


async def told(db: Database, return_id: str) -> list[str]:
    async with db.read() as connection:
        return [event.kind for event in await events.read_after(connection, return_id, 0)]


async def test_from_tap_to_refund_it_takes_some_twenty_seconds_at_demo_speed(
    server: World,
) -> None:
    return_id = await tap(server)
    while RefundEvent.REFUND_ADVANCED not in await told(server.db, return_id):
        server.clock.advance(SECOND / 4)
        await server.work()
    took = server.clock.now() - START
    assert sum(DELAYS[kind].total_seconds() for kind in WAY) / 360 == 19
    assert 19 * SECOND <= took <= 40 * SECOND


WAY = ("courier.accept", "courier.collect", "courier.waybill")


async def test_a_restart_goes_on_in_the_middle_of_a_journey(server: World, tmp_path: Path) -> None:
    return_id = await tap(server)
    for kind in WAY:
        await finish_and_begin_again(server.clock, tmp_path)
        server.clock.advance(DELAYS[kind] / 360)
    await finish_and_begin_again(server.clock, tmp_path)
    assert (await told(server.db, return_id))[3:] == [
        "PICKUP_ACCEPTED",
        "PICKUP_COLLECTED",
        "WAYBILL_SUBMITTED",
        "REFUND_ADVANCED",
    ]


async def finish_and_begin_again(clock: FakeClock, folder: Path) -> None:
    """A new program on the same file does what is due, and ends."""
    services = await open_world(folder, clock=clock)
    while await worker_of(services).step():
        pass
    await services.db.close()


async def test_a_courier_asked_twice_comes_once(server: World) -> None:
    """A letter may be delivered again after a crash, even when its timer has fired."""
    return_id = await tap(server)
    [letter] = await letters(server.db)
    partners = SimulatedPartners(server.db, server.book, 360)
    for _ in range(3):
        await partners.request_pickup(letter.subject_id)
        server.clock.advance(DELAYS["courier.accept"] / 360)
        await server.work()
    assert (await told(server.db, return_id)).count("PICKUP_ACCEPTED") == 1
