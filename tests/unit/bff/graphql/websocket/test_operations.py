"""What a client asks for over a socket: given up in the middle, or by one that does not read."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

import pytest

from bff.graphql.engine.engine import GraphQLRequest, Stream
from bff.graphql.engine.response import GraphQLResponse
from bff.graphql.http.request_parser import RequestParser
from bff.graphql.server import GraphQLServer
from bff.graphql.subscriptions.hub import Hub
from bff.graphql.websocket.client import Client
from bff.graphql.websocket.messages import Payload
from bff.graphql.websocket.open_sockets import OpenSockets
from bff.graphql.websocket.operations import Operations
from bff.graphql.websocket.send_queue import SendQueue
from tests.support.client import wait_until
from tests.support.recording_subscribers import ANONYMOUS, RecordingEngine, TopicHub
from tests.support.world import World


class Stubborn:
    """Comes to its end, whoever cancels it."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.may_end = asyncio.Event()

    async def end(self) -> None:
        self.begun.set()
        while not self.may_end.is_set():
            with suppress(asyncio.CancelledError):
                await self.may_end.wait()


@dataclass
class Beginning:
    """In a server's place: begins what it has by the name of a query."""

    begins: dict[str, Callable[[], Any]]

    async def begin(
        self, _transport: object, request: GraphQLRequest, _context: object
    ) -> GraphQLResponse | Stream:
        return cast("GraphQLResponse | Stream", await self.begins[request.query]())


class NoOne:
    def context(self) -> None:
        return None

    def audience(self) -> object:
        return ANONYMOUS


class Stage:
    def __init__(self, world: World, **begins: Callable[[], Any]) -> None:
        self.sent: list[str] = []
        self.room = asyncio.Event()
        self.room.set()
        self.sockets = OpenSockets(
            cast("GraphQLServer", Beginning(begins)),
            cast("RequestParser", None),
            Hub(world.db, Payload),
        )
        client = cast("Client", NoOne())
        self.operations = Operations(self.sockets, client, SendQueue(self._send))

    async def _send(self, frame: Any) -> None:
        await self.room.wait()
        self.sent.append(frame["text"])


async def test_what_was_given_up_does_not_answer_for_the_next_under_its_id(world: World) -> None:
    stubborn, slow = Stubborn(), asyncio.Event()

    async def old() -> GraphQLResponse:
        await stubborn.end()
        return GraphQLResponse(b'"old"')

    async def new() -> GraphQLResponse:
        await slow.wait()
        return GraphQLResponse(b'"new"')

    stage = Stage(world, old=old, new=new)
    stage.operations.begin("1", GraphQLRequest("old"))
    await stubborn.begun.wait()
    given_up = stage.operations.complete("1")
    assert given_up
    stage.operations.begin("1", GraphQLRequest("new"))
    stubborn.may_end.set()
    await asyncio.wait([given_up])
    assert stage.sent == []
    slow.set()
    await wait_until(lambda: len(stage.sent) == 2)
    assert '"new"' in stage.sent[0]
    assert len(stage.operations) == 0


@pytest.mark.parametrize("while_it", ["begins", "catches up"])
async def test_who_gave_up_is_not_in_a_channel(world: World, while_it: str) -> None:
    stubborn, town = Stubborn(), TopicHub(world)
    await town.publish("before")

    async def stream() -> Stream:
        if while_it == "begins":
            await stubborn.end()
        return town.stream()

    class Shown(RecordingEngine):
        async def execute_event(self, *arguments: Any) -> GraphQLResponse:
            await stubborn.end()
            return await super().execute_event(*arguments)

    town.engine = Shown()
    stage = Stage(world, watch=stream)
    stage.operations.begin("1", GraphQLRequest("watch"))
    await stubborn.begun.wait()
    given_up = stage.operations.drop()
    stubborn.may_end.set()
    await asyncio.wait(given_up)
    assert (len(stage.operations), len(stage.sockets.hub)) == (0, 0)
    assert (stage.sent, world.db.wakeups.topics) == ([], frozenset())
    assert stage.sockets.counts.subscriptions == 0


async def test_nothing_more_is_run_for_whoever_does_not_read(world: World) -> None:
    run: list[str] = []

    async def quick() -> GraphQLResponse:
        run.append("quick")
        return GraphQLResponse(b"1")

    stage = Stage(world, quick=quick)
    stage.room.clear()
    for number in range(9):
        stage.operations.begin(str(number), GraphQLRequest("quick"))
    await asyncio.sleep(0.01)
    assert len(run) == 1
    stage.room.set()
    await wait_until(lambda: len(stage.sent) == 18)
