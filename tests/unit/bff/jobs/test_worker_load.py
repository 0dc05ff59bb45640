"""Many timers, many messages, and what fails always: none of them keeps the others waiting."""

import asyncio
from datetime import datetime, timedelta

from sqlalchemy import select

from bff.db import events
from bff.db.database import Database
from bff.db.tables import timers as timer_rows
from bff.db.transaction import Tx
from bff.jobs import outbox, timers
from bff.jobs.delivery import Delivery
from bff.jobs.outbox import OutboxMessage
from bff.jobs.worker import MAX_TIMERS, Worker
from tests.support.database import statements
from tests.support.world import START, World

MANY = 200
MARKS = "marks"
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


async def leave_mark(tx: Tx, subject_id: str) -> None:
    await events.append(tx, MARKS, subject_id, {})


async def always_fail(_tx: Tx, subject_id: str) -> None:
    raise ConnectionError(subject_id)


class Post:
    """Notes how many timers had been fired when a message was carried."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.routes = {"partner": frozenset({"note"})}
        self.after: list[int] = []

    async def dispatch(self, _outgoing: OutboxMessage) -> None:
        self.after.append(await fired(self._db))


class SilentPost(Post):
    """The partner never answers."""

    async def dispatch(self, _outgoing: OutboxMessage) -> None:
        await asyncio.Event().wait()


def a_worker(db: Database) -> tuple[Worker, Post]:
    post = Post(db)
    handlers = {"mark": leave_mark, "poison": always_fail}
    return Worker(db, Delivery(db, post), handlers), post


async def fired(db: Database) -> int:
    async with db.read() as connection:
        return len(await events.read_after(connection, MARKS, 0, limit=2 * MANY))


async def schedule(db: Database, kind: str, many: int, due_at: datetime = START) -> None:
    async def write(tx: Tx) -> None:
        for number in range(many):
            await timers.schedule(tx, kind, f"s{number}", due_at)

    await db.write(write)


async def post(db: Database, many: int) -> None:
    async def write(tx: Tx) -> None:
        for number in range(many):
            await outbox.post(tx, "note", f"s{number}")

    await db.write(write)


async def test_messages_do_not_wait_for_many_timers(world: World) -> None:
    await schedule(world.db, "mark", MANY)
    await post(world.db, 10)
    worker, carried = a_worker(world.db)
    for _ in range(3):
        await worker.step()
    assert len(carried.after) == 10
    assert max(carried.after) <= 3 * MAX_TIMERS
    assert await fired(world.db) == 3 * MAX_TIMERS


async def test_timers_do_not_wait_for_many_messages(world: World) -> None:
    await post(world.db, MANY)
    await schedule(world.db, "mark", MAX_TIMERS)
    worker, carried = a_worker(world.db)
    await worker.step()
    assert await fired(world.db) == MAX_TIMERS
    assert len(carried.after) < MANY


async def test_messages_for_a_partner_who_has_enough_are_not_looked_at(world: World) -> None:
    await post(world.db, MANY)
    delivery = Delivery(world.db, SilentPost(world.db))
    assert await delivery.start() is True
    with statements(world.db) as seen:
        assert await delivery.start() is False
    assert len(seen) == 1
    await delivery.cancel()


async def test_who_writes_meanwhile_waits_for_few_timers(world: World) -> None:
    await schedule(world.db, "mark", 10 * MAX_TIMERS)
    worker, _ = a_worker(world.db)
    working = asyncio.create_task(worker.step())
    while not working.done() and not await fired(world.db):  # noqa: ASYNC110 - a marked row has no Event
        await asyncio.sleep(0)
    assert await fired(world.db) <= MAX_TIMERS
    await working


async def test_poison_lets_all_others_pass_at_once(world: World) -> None:
    """More timers that fail always than go together, all due before one that does not."""
    await schedule(world.db, "poison", MAX_TIMERS + 1, START - DAY)
    await schedule(world.db, "mark", 1)
    worker, _ = a_worker(world.db)
    for _ in range(2):
        await worker.step()
    assert await fired(world.db) == 1
    assert await worker.step() is False


async def test_poison_is_tried_less_and_less_and_never_given_up(world: World) -> None:
    await schedule(world.db, "poison", 1)
    worker, _ = a_worker(world.db)
    pauses = []
    for _ in range(13):
        await worker.step()
        due_at = await only_due(world.db)
        pauses.append((due_at - world.clock.now()).total_seconds())
        world.clock.at = due_at
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600]


async def test_what_went_well_meanwhile_is_tried_again_soon(world: World) -> None:
    sick = [True, True, True, False, True]

    async def sometimes(tx: Tx, subject_id: str) -> None:
        await timers.schedule(tx, "again", subject_id, tx.now + DAY)
        if sick.pop(0):
            raise ConnectionError(subject_id)

    worker = Worker(world.db, Delivery(world.db, Post(world.db)), {"again": sometimes})
    await schedule(world.db, "again", 1)
    pauses = []
    while sick:
        await worker.step()
        due_at = await only_due(world.db)
        pauses.append(due_at - world.clock.now())
        world.clock.at = due_at
    assert pauses == [SECOND, 2 * SECOND, 4 * SECOND, DAY, SECOND]


async def only_due(db: Database) -> datetime:
    async with db.read() as connection:
        found: list[datetime] = (await connection.execute(select(timer_rows.c.due_at))).scalars()
    [due_at] = found
    return due_at
