"""Wake-ups between those who write and those who wait. A hint, never the news itself."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress


class Waiter:
    def __init__(self) -> None:
        self._hint = asyncio.Event()

    def hint(self) -> None:
        self._hint.set()

    async def wait(self, at_most_s: float) -> None:
        """Return at the next hint since the last return, or when the time is over."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._hint.wait(), at_most_s)
        self._hint.clear()


class Feed:
    def __init__(self) -> None:
        self._waiters: defaultdict[str, set[Waiter]] = defaultdict(set)

    @property
    def topics(self) -> frozenset[str]:
        """Those that somebody waits for."""
        return frozenset(self._waiters)

    @asynccontextmanager
    async def waiting_for(self, topic: str) -> AsyncIterator[Waiter]:
        waiter = Waiter()
        self._waiters[topic].add(waiter)
        try:
            yield waiter
        finally:
            self._forget(topic, waiter)

    def _forget(self, topic: str, waiter: Waiter) -> None:
        self._waiters[topic].discard(waiter)
        if not self._waiters[topic]:
            del self._waiters[topic]

    def wake(self, topics: Iterable[str]) -> None:
        for topic in topics:
            for waiter in self._waiters.get(topic, ()):
                waiter.hint()
