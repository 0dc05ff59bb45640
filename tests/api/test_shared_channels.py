"""An event is read and executed once for all subscribers with the same selection."""

import asyncio
import gc
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from graphql import execute, parse
from starlette.types import Scope

from bff.app import server_of
from bff.db.events import append
from bff.db.transaction import Tx
from bff.domain.stars.events import topic_of
from bff.domain.stars.model import StarChangeCause
from bff.graphql.engine.engine import GraphQLRequest, Stream
from bff.graphql.schema import core
from bff.graphql.subscriptions import poller
from bff.graphql.subscriptions.hub import Hub
from bff.graphql.subscriptions.subscribers import Audience
from tests.support.client import wait_until
from tests.support.database import statements
from tests.support.documents import WATCH
from tests.support.factories import create_shopper
from tests.support.recording_subscribers import RecordingSubscriber, read_events
from tests.support.return_documents import BOOK, CANCEL
from tests.support.return_steps import approved_return, ask
from tests.support.world import World, open_world, packaged

FACTS = {"return_status": "AWAITING_RETURN_SHIPMENT", "pickup_status": None, "advance": "NONE"}
PHONES = 24
CHOOSING = """
subscription($this: ID!, $after: String, $with: Boolean! = false) {
  refundUpdates(returnId: $this, after: $after) { event message return @include(if: $with) { id } }
}"""
SCOPE: Scope = {
    "type": "websocket",
    "scheme": "ws",
    "path": "/graphql",
    "headers": [(b"host", b"here")],
    "server": ("here", 80),
    "query_string": b"",
    "root_path": "",
}


async def booked_statements(server: World, count: int) -> tuple[list[str], set[str]]:
    """What is run while one event is pushed to so many phones, and what they received."""
    shopper, return_id = await approved_return(server)
    async with server.client(shopper) as app, AsyncExitStack() as stack:
        phones = [await stack.enter_async_context(app.socket()) for _ in range(count)]
        for number, phone in enumerate(phones):
            await phone.subscribe(WATCH, returnId=return_id)
            cursors = [(await phone.next())["refundUpdates"]["cursor"] for _ in range(2)]
            if number % 2:
                await phone.send(id="1", type="complete")
                await phone.subscribe(WATCH, id="2", returnId=return_id, after=cursors[1])
        with statements(server.db) as before:
            await until_quiet(before)
        with statements(server.db) as seen:
            await server.db.write(lambda tx: append(tx, shopper, return_id, "PICKUP_BOOKED", FACTS))
            received = {str(await phone.next()) for phone in phones}
            await until_quiet(seen)
    return seen, received


async def until_quiet(seen: list[str]) -> None:
    """Until no statement has run for a while."""
    count = -1
    while count != len(seen):
        count = len(seen)
        await asyncio.sleep(0.2)


async def test_an_event_costs_the_same_for_one_subscriber_or_many(
    server: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller, "POLL_S", 3_600.0)
    alone, _ = await booked_statements(server, 1)
    together, received = await booked_statements(server, PHONES)
    assert len(together) == len(alone)
    assert len(received) == 1


async def test_each_subscriber_gets_its_own_fields_in_its_own_language(server: World) -> None:
    shopper, return_id = await approved_return(server)
    wishes = [(with_it, language) for with_it in (True, False) for language in ("en", "zh")]
    async with AsyncExitStack() as stack:
        phones = [
            await stack.enter_async_context(server.client(shopper, language).socket())
            for _, language in wishes
        ]
        for phone, (with_it, _) in zip(phones, wishes, strict=True):
            wish: dict[str, Any] = {"this": return_id, "with": with_it}
            await phone.subscribe(CHOOSING, **wish)
            [await phone.next() for _ in range(2)]
        async with server.client(shopper) as app:
            await ask(app, BOOK, id=return_id)
        received = [(await phone.next())["refundUpdates"] for phone in phones]
    assert [one.get("return") for one in received] == [{"id": return_id}] * 2 + [None] * 2
    assert [one["message"].isascii() for one in received] == [True, False] * 2


async def test_graphql_core_gives_the_same_events(server: World) -> None:
    shopper, return_id = await approved_return(server)
    graphql = server_of(server.services)
    context = graphql.context(SCOPE, shopper, "en")
    variables = {"returnId": return_id}
    stream = await graphql.engine.begin(GraphQLRequest(WATCH, variables), context)
    assert isinstance(stream, Stream)
    async with server.client(shopper) as app, app.socket() as phone:
        await phone.subscribe(WATCH, returnId=return_id)
        await ask(app, CANCEL, id=return_id)
        pushed = [await phone.next() for _ in range(3)]
    by_core = [
        await execute(core, parse(WATCH), event, context, variables)  # type: ignore[misc]
        for event in await read_events(server.db, stream)
    ]
    assert [result.data for result in by_core] == pushed


@pytest.mark.sqlite_only("what a channel keeps of an event has nothing to do with the database")
@pytest.mark.parametrize("executor", ["plan", "graphql-core"])
async def test_pushed_events_are_freed(db_folder: Path, executor: str) -> None:
    """Under 50 bytes an event stay: 5 MB in 100,000."""
    services = await open_world(db_folder, executor=executor)
    world = World(services, services.db.clock)  # type: ignore[arg-type]
    shopper = await create_shopper(services.db)
    async with following(world, shopper) as listener:
        await received(world, listener, shopper, 500)
        before = measured()
        await received(world, listener, shopper, 2_000)
        grown = measured() - before
    await services.db.close()
    assert grown < 2_000 * 50


@asynccontextmanager
async def following(world: World, shopper: str) -> AsyncIterator["Forgetful"]:
    graphql = server_of(world.services)
    make_context = partial(graphql.context, SCOPE, shopper, "en")
    document = "subscription { starLevelChanges { cursor message before { code } } }"
    stream = await graphql.engine.begin(GraphQLRequest(document), make_context())
    assert isinstance(stream, Stream)
    hub: Hub[Any] = Hub(world.db, lambda answer: answer)
    listener = Forgetful(hub)
    listener.channel = await hub.follow(stream, Audience(shopper, "en", "", make_context), listener)
    tracemalloc.start()
    yield listener
    tracemalloc.stop()
    listener.leave()


class Forgetful(RecordingSubscriber):
    count = 0

    def push(self, payload: Any) -> None:
        assert payload.errors == ()
        self.count += 1


async def received(world: World, listener: Forgetful, shopper: str, count: int) -> None:
    """In steps, so that neither the writes nor the log's pages are what is measured."""
    expected = listener.count + count
    change = {
        "previous": 2,
        "level": 3,
        "return_id": None,
        "policy_version": packaged()[0].version,
    }

    async def use_case(tx: Tx) -> None:
        for _ in range(100):
            await append(tx, shopper, topic_of(shopper), StarChangeCause.STAFF_DECISION, change)

    while listener.count < expected:
        await world.db.write(use_case)
        reached = listener.count // 100 * 100 + 100
        await wait_until(lambda: listener.count >= reached)  # noqa: B023 - it is waited for


def measured() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]
