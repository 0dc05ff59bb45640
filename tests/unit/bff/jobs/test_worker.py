"""Timers and messages: once, late rather than lost, and whatever partners' systems do."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bff.app import worker_of
from bff.core.clock import SystemClock
from bff.core.refusal import NotFound
from bff.db import events
from bff.db.database import Database
from bff.db.tables import timers as timers_table
from bff.db.transaction import Tx
from bff.domain.payments.model import PAYMENT_REQUESTED
from bff.domain.pickups.bookings import PICKUP_REQUESTED
from bff.domain.pickups.service import PICKUP_CANCELLED
from bff.domain.returns.model import RefundEvent
from bff.jobs import outbox, timers
from bff.jobs.delivery import MAX_ATTEMPTS, MAX_UNDER_WAY, Delivery, PartnerError, RefusedCallError
from bff.jobs.outbox import OutboxMessage
from bff.jobs.timers import Handler
from bff.jobs.worker import Worker
from bff.partners.simulated.partners import DELAYS
from tests.support.documents import ONE_TAP
from tests.support.factories import create_order, create_shopper
from tests.support.world import START, FakeClock, World, open_world

MARKS = "marks"
SECOND = timedelta(seconds=1)
HANG_S = 60
ROUTES = {
    "payments": frozenset({PAYMENT_REQUESTED}),
    "courier": frozenset({PICKUP_REQUESTED, PICKUP_CANCELLED}),
}


async def leave_mark(tx: Tx, subject_id: str) -> None:
    await events.append(tx, MARKS, subject_id, {})


async def mark_and_break(tx: Tx, subject_id: str) -> None:
    await leave_mark(tx, subject_id)
    raise ConnectionError("broken")


async def mark_and_refuse(tx: Tx, subject_id: str) -> None:
    await leave_mark(tx, subject_id)
    raise NotFound("subject")


class Post:
    """Carries messages to a partner whose system is down for the first `failures` calls."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.calls: list[str] = []
        self.called = asyncio.Event()
        self.hangs: set[str] = set()
        self.routes = ROUTES

    async def dispatch(self, outgoing: OutboxMessage) -> None:
        self.calls.append(outgoing.subject_id)
        self.called.set()
        if outgoing.message == "nobody's":
            raise KeyError(outgoing.message)
        if outgoing.subject_id in self.hangs:
            await asyncio.sleep(HANG_S)
        if len(self.calls) <= self.failures:
            raise PartnerError("no route")


def a_worker(
    db: Database, handlers: Mapping[str, Handler] | None = None, post: Post | None = None
) -> Worker:
    return Worker(db, Delivery(db, post or Post()), handlers or {"mark": leave_mark})


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


async def outbox_messages(db: Database) -> list[OutboxMessage]:
    """All that are in the outbox, due or not."""
    async with db.read() as connection:
        return await outbox.all_messages(connection)


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


async def all_done(worker: Worker) -> None:
    while await worker.step():
        pass


async def test_two_workers_at_once_fire_a_timer_once(world: World, tmp_path: Path) -> None:
    """Two of one program, and one of another on the same file."""
    other = await open_world(tmp_path, clock=world.clock)
    subjects = [f"s{number}" for number in range(20)]
    for subject in subjects:
        await schedule(world.db, subject, START)
    await asyncio.gather(*(all_done(a_worker(db)) for db in (world.db, world.db, other.db)))
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
    partners = Post(failures=8)
    worker = a_worker(world.db, post=partners)
    await post(world.db, "pic_1")
    pauses: list[float] = []
    while await worker.step() and (kept := await outbox_messages(world.db)):
        pauses.append((kept[0].due_at - world.clock.now()).total_seconds())
        assert (kept[0].attempts, kept[0].last_error) == (len(pauses), "no route")
        world.clock.at = kept[0].due_at
    expected = [1, 3, 9, 27, 81, 243, 729, 2187]
    for pause, at_least in zip(pauses, expected, strict=True):
        assert at_least <= pause <= 1.1 * at_least
    assert partners.calls == ["pic_1"] * 9


async def test_after_some_tries_a_message_is_dead_until_it_is_resent(world: World) -> None:
    partners = Post(failures=MAX_ATTEMPTS)
    worker = a_worker(world.db, post=partners)
    await post(world.db, "pic_1")
    while await worker.step():
        world.clock.advance(timedelta(hours=2))
    [dead] = await outbox_messages(world.db)
    assert (dead.attempts, dead.dead_at is None) == (MAX_ATTEMPTS, False)
    assert await worker.step() is False
    assert await world.db.write(lambda tx: outbox.resend(tx, [dead.id])) == [dead.id]
    await worker.step()
    assert await outbox_messages(world.db) == []
    assert partners.calls == ["pic_1"] * (MAX_ATTEMPTS + 1)


async def test_a_message_that_a_partner_refuses_is_dead_at_once(world: World) -> None:
    class Refusing(Post):
        async def dispatch(self, outgoing: OutboxMessage) -> None:
            raise RefusedCallError("the courier answered 400")

    await post(world.db, "pic_1")
    await a_worker(world.db, post=Refusing()).step()
    [dead] = await outbox_messages(world.db)
    assert (dead.attempts, dead.last_error) == (1, "the courier answered 400")
    assert dead.dead_at == START


async def test_a_message_that_fails_holds_up_no_other(world: World) -> None:
    partners = Post(failures=1)
    for subject in ("pic_1", "pic_2"):
        await post(world.db, subject)
    await post(world.db, "x", message="nobody's")
    await a_worker(world.db, post=partners).step()
    assert [outgoing.subject_id for outgoing in await outbox_messages(world.db)] == ["pic_1", "x"]


async def test_messages_about_the_same_thing_go_in_order(world: World) -> None:
    """The second waits while the first is tried again, and goes once that is dead."""
    await post(world.db, "pic_1", message=PICKUP_REQUESTED)
    await post(world.db, "pic_1", message=PICKUP_CANCELLED)
    partners = Post(failures=MAX_ATTEMPTS)
    worker = a_worker(world.db, post=partners)
    while await worker.step():
        assert len(await outbox_messages(world.db)) > 1 or len(partners.calls) > MAX_ATTEMPTS
        world.clock.advance(timedelta(hours=2))
    [dead] = await outbox_messages(world.db)
    assert (dead.message, len(partners.calls)) == (PICKUP_REQUESTED, MAX_ATTEMPTS + 1)


async def test_a_partner_that_hangs_holds_up_neither_timers_nor_other_messages(
    tmp_path: Path,
) -> None:
    """Forty calls hang, more than are made at once: a payment, and a timer, go on."""
    services = await open_world(tmp_path, clock=SystemClock())
    db, partners = services.db, Post()
    partners.hangs = {f"pic_{number}" for number in range(40)}
    for subject in partners.hangs:
        await post(db, subject)
    running = asyncio.create_task(a_worker(db, post=partners).run())
    async with asyncio.timeout(HANG_S):
        await post(db, "pay_1", message=PAYMENT_REQUESTED)
        await schedule(db, "a", db.clock.now())
        while len(await outbox_messages(db)) > 40 or await marks(db) != ["a"]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert len(set(partners.calls) & partners.hangs) == MAX_UNDER_WAY
    assert len(partners.calls) == len(set(partners.calls))
    await ended(running)
    assert len(await outbox_messages(db)) == 40
    await db.close()


async def ended(running: asyncio.Task[None]) -> None:
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_a_running_worker_is_woken_by_a_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten messages, one after the other: an idle worker never looks by itself here."""
    monkeypatch.setattr("bff.jobs.worker.IDLE_S", 3_600.0)
    services = await open_world(tmp_path, clock=SystemClock())
    partners = Post()
    running = asyncio.create_task(a_worker(services.db, post=partners).run())
    async with asyncio.timeout(HANG_S):
        for number in range(10):
            await post(services.db, f"pic_{number}")
            await partners.called.wait()
            partners.called.clear()
    await ended(running)
    await services.db.close()
    assert partners.calls == [f"pic_{number}" for number in range(10)]


async def test_a_running_worker_outlives_a_step_that_fails(tmp_path: Path) -> None:
    """The table is away for a moment, as a disk may be."""
    services = await open_world(tmp_path, clock=SystemClock())
    db, partners = services.db, Post()
    await db.write(lambda tx: tx.connection.execute("ALTER TABLE outbox RENAME TO away"))
    running = asyncio.create_task(a_worker(db, post=partners).run())
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
        return [event.kind for event in await events.read_after(connection, return_id, 0)]


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


async def test_a_restart_goes_on_in_the_middle_of_a_journey(server: World, tmp_path: Path) -> None:
    return_id = await tap(server)
    for kind in WAY:
        await finish_and_begin_again(server.clock, tmp_path)
        server.clock.advance(DELAYS[kind] / 360)
    await finish_and_begin_again(server.clock, tmp_path)
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
