"""The table of events from outside."""

from datetime import timedelta

from pydantic import BaseModel

from bff.db.transaction import Tx
from bff.jobs import received_events
from bff.jobs.received_events import IncomingEvent, ReceivedEvent, Status
from tests.support.world import START, World

HOUR = timedelta(hours=1)


class Nothing(BaseModel):
    pass


def event(event_id: str, partner: str = "courier") -> IncomingEvent:
    return IncomingEvent(partner, event_id, "pickup.accepted", "digest", "{}", Nothing(), START)


async def add(
    world: World, event_id: str, status: Status, subject_id: str = "ret_1"
) -> ReceivedEvent:
    return await world.db.write(
        lambda tx: received_events.add(tx, event(event_id), "sho_1", subject_id, status=status)
    )


async def test_an_event_is_found_by_its_partner_and_its_id(world: World) -> None:
    added = await add(world, "evt_1", Status.DONE)

    async def use_case(tx: Tx) -> list[ReceivedEvent | None]:
        return [
            await received_events.find(tx, "courier", "evt_1"),
            await received_events.lock_event(tx, added.id),
            await received_events.find(tx, "merchant", "evt_1"),
            await received_events.find(tx, "courier", "evt_2"),
            await received_events.lock_event(tx, added.id + 1),
        ]

    assert await world.db.write(use_case) == [added, added, None, None, None]


async def test_what_is_done_or_refused_has_ended(world: World) -> None:
    ends = {status: (await add(world, status, status)).ended_at for status in Status}
    assert ends == {Status.DONE: START, Status.REFUSED: START, Status.WAITING: None}


async def test_those_that_wait_come_in_the_order_of_their_arrival(world: World) -> None:
    for event_id in ("evt_b", "evt_a"):
        await add(world, event_id, Status.WAITING)
    await add(world, "evt_c", Status.DONE)
    waiting = await world.db.write(lambda tx: received_events.waiting(tx, "sho_1", "ret_1"))
    assert [each.event_id for each in waiting] == ["evt_b", "evt_a"]


async def test_an_event_that_waited_ends_when_it_is_done(world: World) -> None:
    added = await add(world, "evt_1", Status.WAITING)
    world.clock.advance(HOUR)
    updated = await world.db.write(
        lambda tx: received_events.update(tx, added, status=Status.DONE, code=None, attempts=3)
    )
    assert (updated.status, updated.attempts, updated.ended_at) == (Status.DONE, 3, START + HOUR)
    assert updated.received_at == START
    assert await world.db.write(lambda tx: received_events.lock_event(tx, added.id)) == updated
