"""The table of events from outside."""

from datetime import timedelta

from pydantic import BaseModel

from bff.core.ids import NO_SHOPPER
from bff.db.transaction import Tx
from bff.domain.orders.model import parse_line_id
from bff.jobs import received_events, timers
from bff.jobs.received_events import TRY_AGAIN, IncomingEvent, ReceivedEvent, Status
from tests.support.factories import create_order, create_shopper
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


async def test_what_waits_is_read_and_released_with_its_shopper(world: World) -> None:
    added = await add(world, "evt_1", Status.WAITING)

    async def use_case(tx: Tx) -> None:
        later = {TRY_AGAIN: START + HOUR}
        await timers.sync(tx, "sho_1", str(added.id), [TRY_AGAIN], later)
        await received_events.release(tx, "sho_2", ["ret_1"])
        assert await received_events.waiting(tx, "sho_2", "ret_1") == []
        assert await received_events.about(tx.connection, "sho_2", ["ret_1"]) == []
        assert await timers.due(tx.connection, START) == []
        assert await received_events.about(tx.connection, "sho_1", ["ret_1"]) == [added]
        await received_events.release(tx, "sho_1", ["ret_1"])
        assert len(await timers.due(tx.connection, START)) == 1

    await world.db.write(use_case)


async def test_what_was_nobodys_becomes_its_orders_shoppers(world: World) -> None:
    shopper = await create_shopper(world.db)
    [line] = await create_order(world.db, shopper, received_at=START)
    order, _ = parse_line_id(line) or ("", 0)

    async def use_case(tx: Tx) -> list[ReceivedEvent | None]:
        nobodys = [
            await received_events.add(
                tx, event(f"evt_{subject}_{status}"), NO_SHOPPER, subject, status=status
            )
            for subject in (order, "ord_unknown")
            for status in (Status.WAITING, Status.REFUSED)
        ]
        later = {TRY_AGAIN: START + HOUR}
        for one in nobodys[::2]:
            await timers.sync(tx, NO_SHOPPER, str(one.id), [TRY_AGAIN], later)
        await received_events.adopt(tx, [order, "ord_unknown"])
        [due] = await timers.due(tx.connection, START)
        assert (due.subject_id, due.shopper_id) == (str(nobodys[0].id), shopper)
        assert await received_events.owned(tx, nobodys[2]) == nobodys[2]
        return [await received_events.lock_event(tx, one.id) for one in nobodys]

    found = await world.db.write(use_case)
    assert [one and one.shopper_id for one in found] == [shopper, shopper, NO_SHOPPER, NO_SHOPPER]
