"""Subscriptions of all sockets: who follows the same shares a channel."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from bff.db.database import Database
from bff.db.events import Following
from bff.graphql.engine.execution import Answer, Stream
from bff.graphql.subscriptions.channel import Channel
from bff.graphql.subscriptions.members import Audience, Member
from bff.graphql.subscriptions.poller import Watch

P = TypeVar("P")


class Hub(Generic[P]):
    """`wrap` makes what members are told of an answer, once for all of them."""

    def __init__(self, db: Database, wrap: Callable[[Answer], P]) -> None:
        self._db = db
        self._wrap = wrap
        self._watch = Watch(db)
        self._channels: dict[Hashable, Channel[P]] = {}

    def __len__(self) -> int:
        """How many channels there are."""
        return len(self._channels)

    async def follow(self, stream: Stream, audience: Audience, member: Member[P]) -> Channel[P]:
        """The member is told what it has missed, in order; then it is in the channel."""
        channel = self._channel(stream, audience)
        try:
            await self._watch.begin()
            await channel.join(member)
        except BaseException:
            self.leave(channel, member)
            raise
        return channel

    def leave(self, channel: Channel[P], member: Member[P]) -> None:
        channel.members.discard(member)
        channel.users -= 1
        if channel.users == 0:
            del self._channels[channel.key]
            self._db.wakeups.forget(channel.topic, channel)
        if not self._channels:
            self._watch.end()

    def _channel(self, stream: Stream, audience: Audience) -> Channel[P]:
        following = stream.source
        if not isinstance(following, Following):
            raise TypeError("what is followed must be a topic of the log")
        key = (stream.key, following.topic, following.told, audience)
        channel = self._channels.get(key)
        if channel is None:
            channel = self._channels[key] = Channel(key, stream, following, audience, self._wrap)
            self._db.wakeups.listen(following.topic, channel)
        channel.users += 1
        return channel
