"""Messages of the outbox through the worker: in order, again and again, whatever partners do."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bff.core.clock import SystemClock
from bff.domain.payments.model import PAYMENT_REQUESTED
from bff.domain.pickups.bookings import PICKUP_REQUESTED
from bff.domain.pickups.service import PICKUP_CANCELLED
from bff.jobs import delivery, outbox
from bff.jobs.delivery import MAX_ATTEMPTS, MAX_UNDER_WAY, RefusedCallError
from bff.jobs.outbox import OutboxMessage
from tests.support.workers import (
    HANG_S,
    FlakyDispatcher,
    ended,
    marks,
    outbox_messages,
    post,
    schedule,
    worker_for,
)
from tests.support.world import START, World, open_world


async def test_a_failed_call_is_tried_again_with_growing_pauses(world: World) -> None:
    partners = FlakyDispatcher(failures=8)
    worker = worker_for(world.db, post=partners)
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
    partners = FlakyDispatcher(failures=MAX_ATTEMPTS)
    worker = worker_for(world.db, post=partners)
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
    class RefusingDispatcher(FlakyDispatcher):
        async def dispatch(self, outgoing: OutboxMessage) -> None:
            raise RefusedCallError("the courier answered 400")

    await post(world.db, "pic_1")
    await worker_for(world.db, post=RefusingDispatcher()).step()
    [dead] = await outbox_messages(world.db)
    assert (dead.attempts, dead.last_error) == (1, "the courier answered 400")
    assert dead.dead_at == START


async def test_a_message_that_fails_holds_up_no_other(world: World) -> None:
    partners = FlakyDispatcher(failures=1)
    for subject in ("pic_1", "pic_2"):
        await post(world.db, subject)
    await post(world.db, "x", message="nobody's")
    await worker_for(world.db, post=partners).step()
    assert [outgoing.subject_id for outgoing in await outbox_messages(world.db)] == ["pic_1", "x"]


async def test_messages_about_the_same_thing_go_in_order(world: World) -> None:
    """The second waits while the first is tried again, and goes once that is dead."""
    await post(world.db, "pic_1", message=PICKUP_REQUESTED)
    await post(world.db, "pic_1", message=PICKUP_CANCELLED)
    partners = FlakyDispatcher(failures=MAX_ATTEMPTS)
    worker = worker_for(world.db, post=partners)
    while await worker.step():
        assert len(await outbox_messages(world.db)) > 1 or len(partners.calls) > MAX_ATTEMPTS
        world.clock.advance(timedelta(hours=2))
    [dead] = await outbox_messages(world.db)
    assert (dead.message, len(partners.calls)) == (PICKUP_REQUESTED, MAX_ATTEMPTS + 1)


async def test_a_partner_that_hangs_holds_up_neither_timers_nor_other_messages(
    db_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forty calls hang, more than are made at once: a payment, and a timer, go on."""
    monkeypatch.setattr(delivery, "DRAIN_S", 0.0)
    services = await open_world(db_folder, clock=SystemClock())
    db, partners = services.db, FlakyDispatcher()
    partners.hangs = {f"pic_{number}" for number in range(40)}
    for subject in partners.hangs:
        await post(db, subject)
    running = asyncio.create_task(worker_for(db, post=partners).run())
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
