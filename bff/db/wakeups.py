"""Wake-ups from writers to waiters. A wake-up is a hint, never the event itself."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Protocol


class Listener(Protocol):
    def hint(self) -> None:
        """Something was written. It is called on the loop, and must not wait."""


class Waiter:
    def __init__(self) -> None:
        self._hint = asyncio.Event()

    def hint(self) -> None:
        self._hint.set()

    async def wait(self, timeout_s: float) -> None:
        """Return at the next hint since the last return, or when the time is over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._hint.wait()
        self._hint.clear()


class WakeUps:
    """`relay` takes a commit's topics to the other processes."""

    def __init__(self) -> None:
        self._listeners: dict[str, list[Listener]] = {}
        self._served: Counter[str] = Counter()
        self.relay: Callable[[frozenset[str]], None] | None = None

    @property
    def topics(self) -> frozenset[str]:
        """The topics with a waiter."""
        return frozenset(self._listeners)

    def listen(self, topic: str, listener: Listener) -> None:
        self._listeners.setdefault(topic, []).append(listener)

    def forget(self, topic: str, listener: Listener) -> None:
        listeners = self._listeners[topic]
        listeners.remove(listener)
        if not listeners:
            del self._listeners[topic]

    @asynccontextmanager
    async def waiting_for(self, topic: str, *, for_all: bool = False) -> AsyncIterator[Waiter]:
        """`for_all`: what the topic is about is done for every process; no other is woken."""
        waiter = Waiter()
        self.listen(topic, waiter)
        self._served[topic] += for_all
        try:
            yield waiter
        finally:
            self._served[topic] -= for_all
            self.forget(topic, waiter)

    def publish(self, topics: Iterable[str]) -> None:
        """Something was committed here: wake who waits for it, in every process."""
        topics = frozenset(topics)
        self.wake(topics)
        elsewhere = frozenset(topic for topic in topics if not self._served[topic])
        if self.relay and elsewhere:
            self.relay(elsewhere)

    def wake(self, topics: Iterable[str]) -> None:
        for topic in topics:
            for listener in self._listeners.get(topic, ()):
                listener.hint()

    def wake_all(self) -> None:
        """Hints may have been lost."""
        self.wake(tuple(self._listeners))
