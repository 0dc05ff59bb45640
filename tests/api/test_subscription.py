"""Events of a return are pushed: each once, in order, from the client's last cursor on."""

import asyncio
import random
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from itertools import cycle, islice
from typing import Any

import pytest
from sqlalchemy import select

from bff.db.engines import open_database
from bff.db.events import append
from bff.db.tables import events
from bff.db.transaction import Tx
from bff.domain.returns.commands import returns as service
from bff.domain.returns.reports import merchant
from bff.graphql.subscriptions import poller
from tests.support.client import (
    MAX_WAIT_S,
    Client,
    Socket,
    is_silent,
    subscription_error,
    wait_until,
)
from tests.support.documents import WATCH
from tests.support.factories import create_shopper
from tests.support.return_cases import apply_report
from tests.support.return_documents import BOOK, CANCEL, SHIP
from tests.support.return_steps import (
    approved_return,
    ask,
    buy,
    courier_collects,
    open_return,
    read_return,
)
from tests.support.world import World

STORY = [
    "RETURN_OPENED",
    "RETURN_APPROVED",
    "PICKUP_BOOKED",
    "PICKUP_ACCEPTED",
    "PICKUP_COLLECTED",
    "WAYBILL_SUBMITTED",
    "REFUND_ADVANCED",
    "RETURN_SUCCEEDED",
    "REFUND_SETTLED",
]
CURSOR = "query($id: ID!) { node(id: $id) { ... on Return { updatesCursor } } }"
FACTS = {"return_status": "AWAITING_RETURN_SHIPMENT", "pickup_status": None, "advance": "NONE"}
EVENTS, CUTS = 2_000, 200
AHEAD = 60
NEVER_S = 3_600.0
BATCHES = [1, 1, 1, 2, 3, 5, 8, 40]


async def lived(world: World, app: Client) -> str:
    """A return that has come to its end."""
    return_id: str = (await open_return(app, await buy(world, (await viewer(app)))))["id"]
    await courier_collects(world, (await ask(app, BOOK, id=return_id, key="book"))["pickup"]["id"])
    await ask(app, SHIP, id=return_id, key="ship", company="sf", number="SF123456789012")
    await world.work()
    await apply_report(world, merchant.accepted, return_id)
    return return_id


async def viewer(app: Client) -> str:
    return str((await app.ask("{ viewer { id } }"))["viewer"]["id"])


async def next_updates(phone: Socket, count: int) -> list[Any]:
    return [(await phone.next())["refundUpdates"] for _ in range(count)]


async def test_without_a_cursor_every_event_is_sent(server: World) -> None:
    shopper = await create_shopper(server.db, level=4)
    async with server.client(shopper) as app, app.socket() as phone:
        return_id = await lived(server, app)
        await phone.subscribe(WATCH, returnId=return_id)
        story = await next_updates(phone, len(STORY))
        assert await is_silent(phone)
    assert [one["event"] for one in story] == STORY
    assert {one["return"]["id"] for one in story} == {return_id}
    cursors = [int(one["cursor"]) for one in story]
    assert cursors == sorted(set(cursors))
    assert [one["pickupStatus"] for one in story] == [
        None,
        None,
        "AWAITING_COURIER",
        "ACCEPTED",
        *["COLLECTED"] * 5,
    ]


async def test_with_a_cursor_only_later_events_are_sent(server: World) -> None:
    shopper = await create_shopper(server.db, level=4)
    async with server.client(shopper) as app, app.socket() as phone:
        return_id = await lived(server, app)
        await phone.subscribe(WATCH, returnId=return_id)
        cursors = [one["cursor"] for one in await next_updates(phone, len(STORY))]
        for missed, cursor in enumerate(reversed(cursors)):
            async with app.socket() as again:
                await again.subscribe(WATCH, returnId=return_id, after=cursor)
                rest = await next_updates(again, missed)
                assert [one["cursor"] for one in rest] == cursors[len(cursors) - missed :]


async def test_updates_cursor_of_a_return_is_that_of_its_newest_event(server: World) -> None:
    shopper, return_id = await approved_return(server)
    async with server.client(shopper) as app, app.socket() as phone:
        await phone.subscribe(WATCH, returnId=return_id)
        [_, second] = await next_updates(phone, 2)
        before = (await ask(app, CURSOR, id=return_id))["updatesCursor"]
        await ask(app, BOOK, id=return_id)
        after = (await ask(app, CURSOR, id=return_id))["updatesCursor"]
        [third] = await next_updates(phone, 1)
    assert (before, after) == (second["cursor"], third["cursor"])


async def test_after_the_updates_cursor_every_event_is_live(
    server: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the commit's own hint: the log is never polled here."""
    monkeypatch.setattr(poller, "POLL_S", NEVER_S)
    shopper, return_id = await approved_return(server)
    async with server.client(shopper) as app, app.socket() as phone:
        cursor = (await ask(app, CURSOR, id=return_id))["updatesCursor"]
        await phone.subscribe(WATCH, returnId=return_id, after=cursor)
        assert await is_silent(phone)
        await ask(app, BOOK, id=return_id, key="book")
        [booked] = await next_updates(phone, 1)
        await ask(app, CANCEL, id=return_id, key="cancel")
        both = await next_updates(phone, 2)
        assert await is_silent(phone)
    assert [one["event"] for one in (booked, *both)] == [
        "PICKUP_BOOKED",
        "PICKUP_CANCELLED",
        "RETURN_CLOSED",
    ]
    assert booked["return"]["id"] == return_id


async def test_a_subscription_gets_the_events_of_its_return_alone(server: World) -> None:
    shopper, return_id = await approved_return(server)
    async with server.client(shopper) as app, app.socket() as phone:
        await phone.subscribe(WATCH, returnId=return_id)
        await next_updates(phone, 2)
        other = (await open_return(app, await buy(server, shopper)))["id"]
        await ask(app, CANCEL, id=other)
        assert await is_silent(phone)


async def test_one_socket_carries_several_subscriptions(server: World) -> None:
    shopper, first = await approved_return(server)
    async with server.client(shopper) as app, app.socket() as phone:
        second = (await open_return(app, await buy(server, shopper)))["id"]
        for number, one in enumerate((first, second)):
            await phone.subscribe(WATCH, id=str(number), returnId=one)
        messages = [await phone.receive() for _ in range(4)]
    for number, one in enumerate((first, second)):
        mine = [message["payload"] for message in messages if message["id"] == str(number)]
        updates = [payload["data"]["refundUpdates"] for payload in mine]
        assert [update["event"] for update in updates] == STORY[:2]
        assert {update["return"]["id"] for update in updates} == {one}


async def test_a_return_of_another_shopper_is_refused_as_not_found(server: World) -> None:
    _, return_id = await approved_return(server)
    stranger = await create_shopper(server.db)
    async with server.client(stranger) as app, app.socket() as phone:
        for other_id in (return_id, "ret_unknown", ""):
            await phone.subscribe(WATCH, id=other_id or "-", returnId=other_id)
            assert await subscription_error(phone) == {"code": "NOT_FOUND", "argument": "returnId"}


async def test_an_invalid_cursor_is_refused(server: World) -> None:
    shopper, return_id = await approved_return(server)
    cursors = ["", "0", "-1", "1.0", " 1", "x", "１", "9" * 30, "1e3"]
    async with server.client(shopper) as app, app.socket() as phone:
        last = (await ask(app, CURSOR, id=return_id))["updatesCursor"]
        for number, after in enumerate([*cursors, str(int(last) + 1)]):
            await phone.subscribe(WATCH, id=str(number), returnId=return_id, after=after)
            assert await subscription_error(phone) == {
                "code": "BAD_USER_INPUT",
                "argument": "after",
            }
        await phone.subscribe(WATCH, id="good", returnId=return_id)
        assert [one["event"] for one in await next_updates(phone, 2)] == STORY[:2]


async def test_an_event_of_another_process_arrives(server: World) -> None:
    """Its hint does not reach this process; the log does."""
    shopper, return_id = await approved_return(server)
    other = open_database(server.services.settings.address, server.clock)
    async with server.client(shopper) as app, app.socket() as phone:
        await phone.subscribe(WATCH, returnId=return_id)
        await next_updates(phone, 2)
        await other.write(lambda tx: service.cancel_return(tx, shopper, return_id))
        [found] = await next_updates(phone, 1)
    await other.close()
    assert (found["event"], found["returnStatus"]) == ("RETURN_CLOSED", "CLOSED")


class Writer:
    """Writes events in batches, never far ahead of the cuts."""

    def __init__(self, world: World, shopper: str, return_id: str, chance: random.Random) -> None:
        self._world = world
        self._shopper = shopper
        self._return_id = return_id
        self._chance = chance
        self._kinds = cycle(STORY)
        self._written = 0
        self.cuts = 0

    async def write_all(self) -> None:
        while self._written < EVENTS:
            batch = min(self._chance.choice(BATCHES), EVENTS - self._written)
            await self._world.db.write(partial(self._append, kinds=islice(self._kinds, batch)))
            self._written += batch
            await wait_until(self._is_not_far_ahead)

    def _is_not_far_ahead(self) -> bool:
        return self._written - EVENTS // CUTS * self.cuts < AHEAD

    async def _append(self, tx: Tx, kinds: Iterable[str]) -> None:
        for kind in kinds:
            await append(tx, self._shopper, self._return_id, kind, FACTS)


class Phone:
    """Reads until its connection is gone, and comes back with the last cursor that it saw."""

    def __init__(self, app: Client, return_id: str) -> None:
        self._app = app
        self._return_id = return_id
        self.seen: list[tuple[int, str]] = []

    async def read(self, count: int, at_most_s: float) -> None:
        """Until it has seen so many, or the time is over."""
        after = str(self.seen[-1][0]) if self.seen else None
        async with self._app.socket() as socket:
            await socket.subscribe(WATCH, returnId=self._return_id, after=after)
            with suppress(TimeoutError):
                async with asyncio.timeout(at_most_s):
                    while len(self.seen) < count:
                        update = (await socket.next())["refundUpdates"]
                        self.seen.append((int(update["cursor"]), update["event"]))
            socket.connection.transport.abort()


def cut(cuts: int, read_return: int, chance: random.Random) -> tuple[int, float]:
    """After some events that are sure to come, or after some time."""
    if chance.random() < 0.5:
        return min(read_return + chance.randint(0, 25), EVENTS // CUTS * cuts), MAX_WAIT_S
    return EVENTS, chance.uniform(0, 0.03)


async def test_a_phone_that_reconnects_often_sees_each_event_once(
    server: World, caplog: pytest.LogCaptureFixture
) -> None:
    chance = random.Random(20_160_401)
    shopper, return_id = await approved_return(server)
    writer = Writer(server, shopper, return_id, chance)
    async with server.client(shopper) as app, asyncio.TaskGroup() as tasks:
        writing = tasks.create_task(writer.write_all())
        phone = Phone(app, return_id)
        for writer.cuts in range(1, CUTS + 1):
            await phone.read(*cut(writer.cuts, len(phone.seen), chance))
        assert len(phone.seen) > EVENTS // 4
        await writing
        await phone.read(EVENTS + 2, MAX_WAIT_S)
    async with server.db.read() as connection:
        log = select(events.c.id, events.c.kind).order_by(events.c.id)
        expected = [tuple(row) for row in await connection.execute(log)]
    assert phone.seen == expected
    assert len(expected) == EVENTS + 2
    assert not caplog.records


async def test_a_closed_socket_leaves_no_waiter(server: World) -> None:
    shopper, return_id = await approved_return(server)
    async with server.client(shopper) as app:
        phone = Phone(app, return_id)
        for _ in range(5):
            await phone.read(2, 1)
            phone.seen.clear()
        await wait_until(lambda: not server.db.wakeups.topics)
        assert (await read_return(app, return_id))["status"] == "AWAITING_RETURN_SHIPMENT"
