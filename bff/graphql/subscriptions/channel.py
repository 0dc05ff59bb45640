"""A channel: one reader of the log for all who follow the same and may see the same."""

import asyncio
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from bff.db.events import Event, EventSource, read_after
from bff.graphql.engine.execution import GraphQLResponse, Stream, broken
from bff.graphql.subscriptions.subscribers import Audience, Subscriber

P = TypeVar("P")

# Then others have their turn on the loop.
TOLD_AT_ONCE = 200


class Channel(Generic[P]):
    """`members` were told of everything up to `cursor`, and perhaps of more.

    Each event is executed and wrapped once, by a task that ends when there is nothing more to
    read. `users` also counts those who still read what they missed.
    """

    __slots__ = (
        "_audience",
        "_following",
        "_hints",
        "_reading",
        "_stream",
        "_wrap",
        "cursor",
        "key",
        "subscribers",
        "users",
    )

    def __init__(
        self,
        key: Hashable,
        stream: Stream,
        following: EventSource,
        audience: Audience,
        wrap: Callable[[GraphQLResponse], P],
    ) -> None:
        self.key = key
        self._stream = stream
        self._following = following
        self._audience = audience
        self._wrap = wrap
        self._hints = 0
        self._reading: asyncio.Task[None] | None = None
        self.cursor = 0
        self.subscribers: set[Subscriber[P]] = set()
        self.users = 0

    @property
    def topic(self) -> str:
        return self._following.topic

    def hint(self) -> None:
        self._hints += 1
        if self.subscribers and self._reading is None:
            self._reading = asyncio.create_task(self._read())

    async def join(self, subscriber: Subscriber[P]) -> None:
        """Once it was told what it missed, in order and at its own pace.

        From the last look into the log, which finds nothing, to joining there is nothing to
        wait for: an event in between is hinted at, and read by all.
        """
        while not (self.subscribers and subscriber.cursor >= self.cursor):
            hints = self._hints
            page = await self._page(subscriber.cursor)
            for event in page:
                await subscriber.deliver(await self._shown(event))
                subscriber.cursor = event.id
                await asyncio.sleep(0)  # neither reading nor showing need have waited
            if not page and hints == self._hints:
                break
        if not self.subscribers:
            self.cursor = subscriber.cursor
        self.subscribers.add(subscriber)

    async def _read(self) -> None:
        try:
            while self.subscribers:
                hints = self._hints
                page = await self._page(self.cursor)
                for event in page:
                    await self._tell(event)
                    await asyncio.sleep(0)
                if not page and hints == self._hints:
                    break
        except Exception as error:  # noqa: BLE001 - whatever it is, they are told that it is over
            self._end(error, self.subscribers)
        finally:
            self._reading = None

    async def _page(self, cursor: int) -> list[Event]:
        async with self._following.db.read() as connection:
            return await read_after(connection, self._following.topic, cursor)

    async def _shown(self, event: Event) -> P:
        happened = self._following.to_value(event)
        return self._wrap(await self._stream.shown(happened, self._audience.make_context()))

    async def _tell(self, event: Event) -> None:
        try:
            payload = await self._shown(event)
        except Exception as error:  # noqa: BLE001 - it is over for those who are owed this event
            self._end(error, {one for one in self.subscribers if one.cursor < event.id})
            return
        finally:
            # Whoever joins from here on has seen this event, or reads it for itself.
            self.cursor = event.id
        await self._hand_out(event.id, payload)

    async def _hand_out(self, cursor: int, payload: P) -> None:
        for number, subscriber in enumerate(tuple(self.subscribers), 1):
            if subscriber.cursor < cursor and subscriber in self.subscribers:
                subscriber.cursor = cursor
                subscriber.push(payload)
            if number % TOLD_AT_ONCE == 0:
                await asyncio.sleep(0)

    def _end(self, error: Exception, subscribers: set[Subscriber[P]]) -> None:
        payload = self._wrap(broken(error))
        for subscriber in tuple(subscribers):
            subscriber.end(payload)
