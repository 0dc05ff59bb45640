"""A client that does not read is dropped, delays nobody, and continues from its cursor."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest_asyncio
from sqlalchemy import select
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from bff.app import build, trusted_of
from bff.db.events import append
from bff.db.tables import events
from bff.db.transaction import Tx
from bff.graphql.websocket.messages import TOO_SLOW
from bff.http.application import Application
from tests.support.client import MAX_WAIT_S, PROTOCOL, Socket, wait_until
from tests.support.documents import WATCH
from tests.support.factories import create_shopper
from tests.support.return_steps import tap_return
from tests.support.websocket_frames import PING, PONG, TEXT, frame_connection
from tests.support.world import FakeClock, World, open_world, serving_app

FACTS = {"return_status": "AWAITING_RETURN_SHIPMENT", "pickup_status": None, "advance": "NONE"}
SMALL = 4_096  # bytes that the kernel holds at either end
EVENTS, BATCH = 800, 50
READERS = 10
MAX_TEST_S = 2 * MAX_WAIT_S
PINGS = 30_000
UNKNOWN = {"persistedQuery": {"version": 1, "sha256Hash": "x"}}
REFUSED = {"type": "subscribe", "id": "1", "payload": {"extensions": UNKNOWN}}


@dataclass
class Stage:
    """A shopper's return that is followed; `app` counts what its sockets do."""

    world: World
    app: Application
    shopper: str
    return_id: str

    def count(self, name: str) -> float:
        return self.app.state.metrics.registry.get_sample_value(name) or 0.0

    def refused(self) -> float:
        labels = {"transport": "websocket", "operation": "none", "outcome": "refused"}
        registry = self.app.state.metrics.registry
        return registry.get_sample_value("bff_operations_total", labels) or 0.0

    async def tell(self, count: int) -> None:
        async def use_case(tx: Tx) -> None:
            for _ in range(count):
                await append(tx, self.shopper, self.return_id, "RETURN_APPROVED", FACTS)

        await self.world.db.write(use_case)

    async def ids(self) -> list[int]:
        async with self.world.db.read() as connection:
            found = await connection.execute(select(events.c.id).order_by(events.c.id))
            return [row.id for row in found]

    @asynccontextmanager
    async def phone(
        self, after: int | None = None, *, narrow: bool = False
    ) -> AsyncIterator["Phone"]:
        """`narrow`: hardly anything is on its way to it, or waits for it in the kernel."""
        raw = socket.socket()
        if narrow:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
        host, port = self.world.base.split(":")
        raw.connect((host, int(port)))
        url = f"ws://{self.world.base}/graphql"
        async with connect(
            url,
            sock=raw,
            subprotocols=[PROTOCOL],  # type: ignore[list-item]
            compression=None,
            max_queue=1,
            ping_interval=None,
        ) as connection:
            phone = Phone(Socket(connection))
            token = self.world.token(self.shopper)
            await phone.socket.send(type="connection_init", payload={"token": token})
            await phone.socket.receive()
            given = str(after) if after else None
            await phone.socket.subscribe(WATCH, returnId=self.return_id, after=given)
            yield phone


class Phone:
    """`seen`: the cursors of its updates."""

    def __init__(self, link: Socket) -> None:
        self.socket = link
        self.seen: list[int] = []

    async def read(self, count: int) -> None:
        while len(self.seen) < count:
            update = (await self.socket.next())["refundUpdates"]
            self.seen.append(int(update["cursor"]))

    async def read_to_the_end(self) -> tuple[int | None, str | None]:
        with suppress(ConnectionClosed):
            await self.read(EVENTS * EVENTS)
        return self.socket.connection.close_code, self.socket.connection.close_reason


@pytest_asyncio.fixture
async def stage(db_folder: Path) -> AsyncIterator[Stage]:
    clock = FakeClock()
    services = await open_world(db_folder, clock=clock)
    app = build(services, trusted_of(services.settings))
    async with serving_app(app, send_buffer=SMALL) as base:
        world = World(services, clock, base)
        shopper = await create_shopper(services.db)
        yield Stage(world, app, shopper, await tap_return(world, shopper))
    await services.db.close()


async def test_a_client_that_does_not_read_is_dropped_and_the_others_get_events_in_time(
    stage: Stage,
) -> None:
    async with (
        asyncio.timeout(MAX_TEST_S),
        asyncio.TaskGroup() as tasks,
        AsyncExitStack() as stack,
    ):
        phones = [stage.phone(narrow=number == 0) for number in range(READERS)]
        slow, *others = [await stack.enter_async_context(phone) for phone in phones]
        await slow.read(2)
        for phone in others:
            tasks.create_task(phone.read(EVENTS + 2))
        for sent in range(0, EVENTS, BATCH):
            await wait_until(lambda: all(len(one.seen) >= sent + 2 for one in others))  # noqa: B023
            await stage.tell(BATCH)
        await wait_until(lambda: stage.count("bff_subscriptions_open") == READERS - 1)
        await wait_until(lambda: all(len(one.seen) == EVENTS + 2 for one in others))
        end = await slow.read_to_the_end()
    assert end == (TOO_SLOW, "Too slow: come back with your last cursor")
    assert 2 < len(slow.seen) < EVENTS
    async with stage.phone(after=slow.seen[-1]) as again:
        await again.read(EVENTS + 2 - len(slow.seen))
    ids = await stage.ids()
    assert [one.seen for one in others] == [ids] * (READERS - 1)
    assert slow.seen + again.seen == ids
    assert stage.count("bff_slow_clients_dropped_total") == 1


async def test_a_client_that_catches_up_gets_events_as_fast_as_it_reads(stage: Stage) -> None:
    """Much more than may wait was missed, and it takes a breath now and then."""
    await stage.tell(EVENTS)
    async with asyncio.timeout(MAX_TEST_S), stage.phone() as phone:
        for count in range(200, EVENTS + 1, 200):
            await phone.read(count)
            await asyncio.sleep(0.05)
        await phone.read(EVENTS + 2)
        await stage.tell(1)
        await phone.read(EVENTS + 3)
    assert phone.seen == await stage.ids()
    assert stage.count("bff_slow_clients_dropped_total") == 0


async def test_a_vanished_client_leaves_nothing_behind(stage: Stage) -> None:
    async with stage.phone() as phone:
        await phone.read(2)
        phone.socket.connection.transport.abort()
        await wait_until(lambda: not stage.world.db.wakeups.topics)
    await wait_until(lambda: stage.count("bff_sockets_open") == 0)
    assert stage.count("bff_subscriptions_open") == 0


async def test_pings_without_reading_queue_one_pong(stage: Stage) -> None:
    init = {"type": "connection_init", "payload": {"token": stage.world.token(stage.shopper)}}
    pongs: list[bytes] = []
    async with frame_connection(stage.world.base, narrow=True) as phone:
        for number in range(PINGS):
            await phone.send(PING, f"{number:0125}".encode())
        for last in (init, REFUSED):
            await phone.send(TEXT, json.dumps(last).encode())
        await wait_until(lambda: stage.refused() == 1)  # all that was sent is read by now
        while pongs[-1:] != [f"{PINGS - 1:0125}".encode()]:
            first, payload = await phone.read()
            if first == PONG:
                pongs.append(payload)
    assert len(pongs) < PINGS // 2
