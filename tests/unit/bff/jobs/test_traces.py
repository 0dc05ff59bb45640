"""The trace in which a partner was called is found by what the call was about."""

from datetime import timedelta
from functools import partial

from bff.core import spans
from bff.db.transaction import Tx
from bff.jobs import outbox
from bff.jobs.traces import trace_of
from tests.support.spans import collected_spans
from tests.support.workers import outbox_messages
from tests.support.world import World


async def post(tx: Tx, subject_id: str) -> None:
    with spans.span("operation"):
        await outbox.post(tx, "sho_1", "message", subject_id)


async def found(world: World, *subject_ids: str) -> str | None:
    async with world.db.read() as connection:
        return await trace_of(connection, subject_ids)


async def test_the_last_trace_of_any_of_them_is_found(world: World) -> None:
    with collected_spans():
        for subject_id in ("pic_1", "pic_1", "ret_1"):
            await world.db.write(partial(post, subject_id=subject_id))
            world.clock.advance(timedelta(seconds=1))
    first, second, third = [one.traceparent for one in await outbox_messages(world.db)]
    assert len({first, second, third}) == 3
    assert await found(world, "pic_1", "") == second
    assert await found(world, "pic_1", "ret_1") == third
    assert await found(world, "pay_1", "") is None


async def test_without_a_trace_nothing_is_remembered(world: World) -> None:
    await world.db.write(lambda tx: post(tx, "pic_1"))
    [message] = await outbox_messages(world.db)
    assert message.traceparent is None
    assert await found(world, "pic_1") is None
