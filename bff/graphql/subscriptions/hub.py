"""The subscriptions of all sockets: equal ones share a channel."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from bff.db.database import Database
from bff.db.events import EventSource
from bff.graphql.engine.engine import Stream
from bff.graphql.engine.response import GraphQLResponse
from bff.graphql.subscriptions.channel import Channel
from bff.graphql.subscriptions.poller import LogPoller
from bff.graphql.subscriptions.subscribers import Audience, Subscriber

P = TypeVar("P")


class Hub(Generic[P]):
    """`wrap` makes a response into what subscribers are sent, once for all of them. `on_push` is
    called with the seconds from each event's moment until it was pushed."""

    def __init__(
        self,
        db: Database,
        wrap: Callable[[GraphQLResponse], P],
        on_push: Callable[[float], None] = lambda _: None,
    ) -> None:
        self._db = db
        self._wrap = wrap
        self._on_push = on_push
        self._channels: dict[Hashable, Channel[P]] = {}
        self._poller = LogPoller(db, self._channels.values())

    def __len__(self) -> int:
        """How many channels there are."""
        return len(self._channels)

    async def follow(
        self, stream: Stream, audience: Audience, subscriber: Subscriber[P]
    ) -> Channel[P]:
        """The subscriber is sent what it has missed, in order; then it is in the channel."""
        channel = self._channel(stream, audience)
        try:
            self._poller.begin()
            await channel.join(subscriber)
        except BaseException:
            self.leave(channel, subscriber)
            raise
        return channel

    def leave(self, channel: Channel[P], subscriber: Subscriber[P]) -> None:
        channel.subscribers.discard(subscriber)
        channel.users -= 1
        if channel.users == 0:
            del self._channels[channel.key]
            self._db.wakeups.forget(channel.topic, channel)
        if not self._channels:
            self._poller.end()

    def _channel(self, stream: Stream, audience: Audience) -> Channel[P]:
        source = stream.source
        if not isinstance(source, EventSource):
            raise TypeError("a subscription must resolve to an EventSource")
        key = (stream.key, source.topic, source.to_value, audience)
        channel = self._channels.get(key)
        if channel is None:
            channel = self._channels[key] = Channel(
                key, self._db, stream, source, audience, self._wrap, self._on_push
            )
            self._db.wakeups.listen(source.topic, channel)
        channel.users += 1
        return channel
