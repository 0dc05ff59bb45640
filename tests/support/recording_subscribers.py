"""Many subscribers of one topic, without sockets: each records what it receives."""

from dataclasses import dataclass, field
from typing import Any, cast

from graphql import OperationDefinitionNode, parse

from bff.db.database import Database
from bff.db.events import Event, EventSource, append, read_after
from bff.db.transaction import Tx
from bff.graphql.context import Context
from bff.graphql.engine.documents import Operation
from bff.graphql.engine.engine import Engine, GraphQLRequest, Stream
from bff.graphql.engine.response import GraphQLResponse
from bff.graphql.subscriptions.channel import Channel
from bff.graphql.subscriptions.hub import Hub
from bff.graphql.subscriptions.subscribers import Audience
from tests.support.world import World

TOPIC = "ret_1"
ANONYMOUS = Audience(None, "en", "http://here", lambda: cast("Context", None))


class RecordingEngine:
    """In an engine's place: shows an event as its id, and counts how often."""

    def __init__(self) -> None:
        self.shown: list[int] = []
        self.failing_kinds: set[str] = set()

    async def execute_event(
        self, operation: Operation, request: GraphQLRequest, context: Context, event: Any
    ) -> GraphQLResponse:
        if event.kind in self.failing_kinds:
            raise ValueError(event.kind)
        self.shown.append(event.id)
        return GraphQLResponse(str(event.id).encode())


@dataclass(eq=False)
class RecordingSubscriber:
    """`received`: the ids of its events; `ended`: the payload that ended it."""

    hub: Hub[GraphQLResponse]
    cursor: int = 0
    received: list[int] = field(default_factory=list)
    ended: GraphQLResponse | None = None
    channel: Channel[GraphQLResponse] | None = None

    def push(self, payload: GraphQLResponse) -> None:
        self.received.append(int(payload.body))

    async def deliver(self, payload: GraphQLResponse) -> None:
        self.push(payload)

    def end(self, payload: GraphQLResponse) -> None:
        self.ended = payload
        self.leave()

    def leave(self) -> None:
        assert self.channel
        self.hub.leave(self.channel, self)


def unchanged(event: Event) -> Event:
    return event


async def read_events(db: Database, stream: Stream) -> list[Any]:
    """The first page of what a subscription's source has in the log."""
    source = cast("EventSource", stream.source)
    async with db.read() as connection:
        page = await read_after(connection, source.shopper_id, source.topic, source.after)
    return [source.to_value(event) for event in page]


class TopicHub:
    """A hub on a world's database, and those who follow by it. `delays`: of what was pushed."""

    def __init__(self, world: World) -> None:
        self.db: Database = world.db
        self.engine = RecordingEngine()
        self.delays: list[float] = []
        self.hub: Hub[GraphQLResponse] = Hub(world.db, lambda answer: answer, self.delays.append)
        document = parse("subscription { refundUpdates }")
        node = cast("OperationDefinitionNode", document.definitions[0])
        self._operation = Operation(document, node)

    def stream(self, after: int = 0, key: str = "") -> Stream:
        source = EventSource("sho_1", TOPIC, after, unchanged)
        engine = cast("Engine", self.engine)
        return Stream(source, self._operation, GraphQLRequest(""), (key,), engine)

    async def follow(
        self, after: int = 0, key: str = "", audience: Audience = ANONYMOUS
    ) -> RecordingSubscriber:
        listener = RecordingSubscriber(self.hub, after)
        listener.channel = await self.hub.follow(self.stream(after, key), audience, listener)
        return listener

    async def publish(self, *kinds: str) -> None:
        async def use_case(tx: Tx) -> None:
            for kind in kinds:
                await append(tx, "sho_1", TOPIC, kind, {})

        await self.db.write(use_case)
