"""A channel: one reader of the log for all subscribers with equal keys and audiences."""

import asyncio
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from bff.core.faults import UnavailableError
from bff.db.database import Database
from bff.db.events import Event, EventSource, read_after
from bff.graphql.engine.engine import Stream
from bff.graphql.engine.response import GraphQLResponse, fault_response
from bff.graphql.subscriptions.subscribers import Audience, Subscriber

P = TypeVar("P")

# After so many, other tasks have their turn on the loop.
PUSHED_AT_ONCE = 200
RETRY_S = 1.0  # where the database is away


class Channel(Generic[P]):
    """`subscribers` were sent everything up to `cursor`, and perhaps more.

    Each event is executed and wrapped once, by a task that ends when there is nothing more to
    read. `users` also counts those who still read what they missed.
    """

    __slots__ = (
        "_audience",
        "_db",
        "_hints",
        "_on_push",
        "_reading",
        "_source",
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
        db: Database,
        stream: Stream,
        source: EventSource,
        audience: Audience,
        wrap: Callable[[GraphQLResponse], P],
        on_push: Callable[[float], None],
    ) -> None:
        self.key = key
        self._db = db
        self._stream = stream
        self._source = source
        self._audience = audience
        self._wrap = wrap
        self._on_push = on_push
        self._hints = 0
        self._reading: asyncio.Task[None] | None = None
        self.cursor = 0
        self.subscribers: set[Subscriber[P]] = set()
        self.users = 0

    @property
    def topic(self) -> str:
        return self._source.topic

    @property
    def shopper_id(self) -> str:
        return self._source.shopper_id

    def hint(self) -> None:
        self._hints += 1
        if self.subscribers and self._reading is None:
            self._reading = asyncio.create_task(self._read())

    async def join(self, subscriber: Subscriber[P]) -> None:
        """Once it was sent what it missed, in order and at its own pace.

        From the last look into the log, which finds nothing, to joining there is nothing to
        wait for: an event in between is hinted at, and read for all.
        """
        while not (self.subscribers and subscriber.cursor >= self.cursor):
            hints = self._hints
            page = await self._page(subscriber.cursor)
            for event in page:
                await subscriber.deliver(await self._payload(event))
                subscriber.cursor = event.id
                await asyncio.sleep(0)  # neither reading nor executing need have waited
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
                    await self._publish(event)
                    await asyncio.sleep(0)
                if not page and hints == self._hints:
                    break
        except Exception as error:  # noqa: BLE001 - whatever it is, the subscriptions end
            self._end(error, self.subscribers)
        finally:
            self._reading = None

    async def _page(self, cursor: int) -> list[Event]:
        """As soon as the database is there: its events are not lost."""
        while True:
            try:
                async with self._db.read() as connection:
                    return await read_after(connection, self.shopper_id, self.topic, cursor)
            except UnavailableError:
                await asyncio.sleep(RETRY_S)

    async def _payload(self, event: Event) -> P:
        value = self._source.to_value(event)
        while True:
            response = await self._stream.response(value, self._audience.make_context())
            if not response.errors or response.outcome != "unavailable":
                return self._wrap(response)
            await asyncio.sleep(RETRY_S)

    async def _publish(self, event: Event) -> None:
        try:
            payload = await self._payload(event)
        except Exception as error:  # noqa: BLE001 - it ends for those who are owed this event
            self._end(error, {one for one in self.subscribers if one.cursor < event.id})
            return
        finally:
            # Whoever joins from here on has this event already, or reads it for itself.
            self.cursor = event.id
        for number, subscriber in enumerate(tuple(self.subscribers), 1):
            if subscriber.cursor < event.id and subscriber in self.subscribers:
                subscriber.cursor = event.id
                subscriber.push(payload)
            if number % PUSHED_AT_ONCE == 0:
                await asyncio.sleep(0)
        self._on_push((self._db.clock.now() - event.at).total_seconds())

    def _end(self, error: Exception, subscribers: set[Subscriber[P]]) -> None:
        payload = self._wrap(fault_response(error))
        for subscriber in tuple(subscribers):
            subscriber.end(payload)
