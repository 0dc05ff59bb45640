"""What all open sockets share, and how many of them there are."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bff.graphql.engine.engine import Stream
from bff.graphql.http.request_parser import RequestParser
from bff.graphql.server import GraphQLServer
from bff.graphql.subscriptions.hub import Hub
from bff.graphql.subscriptions.subscribers import Audience
from bff.graphql.websocket.messages import Payload

if TYPE_CHECKING:
    from bff.graphql.websocket.operations import SocketSubscriber


@dataclass(slots=True)
class Counts:
    """For metrics. `sockets` and `subscriptions` are those that are open now, the others grow."""

    sockets: int = 0
    subscriptions: int = 0
    events_pushed: int = 0
    dropped_as_slow: int = 0


@dataclass(frozen=True, slots=True)
class OpenSockets:
    server: GraphQLServer
    parser: RequestParser
    hub: Hub[Payload]
    counts: Counts = field(default_factory=Counts)

    async def follow(
        self, stream: Stream, audience: Audience, subscriber: "SocketSubscriber"
    ) -> None:
        subscriber.channel = await self.hub.follow(stream, audience, subscriber)
        self.counts.subscriptions += 1

    def leave(self, subscriber: "SocketSubscriber") -> None:
        self.hub.leave(subscriber.channel, subscriber)
        self.counts.subscriptions -= 1
