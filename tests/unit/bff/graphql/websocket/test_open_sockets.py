"""How many subscriptions are open."""

from typing import Any, cast

from bff.graphql.http.request_parser import RequestParser
from bff.graphql.server import GraphQLServer
from bff.graphql.subscriptions.hub import Hub
from bff.graphql.websocket.messages import Payload
from bff.graphql.websocket.open_sockets import OpenSockets
from bff.graphql.websocket.operations import Operations, SocketSubscriber
from tests.support.recording_subscribers import ANONYMOUS, TopicHub
from tests.support.world import World


async def test_subscriptions_are_counted_while_they_are_open(world: World) -> None:
    hub: Hub[Payload] = Hub(world.db, Payload)
    absent: Any = None
    sockets = OpenSockets(cast("GraphQLServer", absent), cast("RequestParser", absent), hub)
    subscribers = [SocketSubscriber(cast("Operations", absent), name, 0) for name in "ab"]
    stream = TopicHub(world).stream()
    for one in subscribers:
        await sockets.follow(stream, ANONYMOUS, one)
    assert (sockets.counts.subscriptions, len(hub)) == (2, 1)
    for one in subscribers:
        sockets.leave(one)
    assert (sockets.counts.subscriptions, len(hub)) == (0, 0)
