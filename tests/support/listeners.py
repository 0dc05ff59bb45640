"""Who waits for wake-ups, and what woke them."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Self

from bff.db.wakeups import WakeUps

MAX_WAIT_S = 30


class Ears(AbstractContextManager["Ears"]):
    """Listens to topics; `woken` has each as often as it was hinted at."""

    def __init__(self, wakeups: WakeUps, *topics: str) -> None:
        self.woken: list[str] = []
        self._changed = asyncio.Event()
        self._wakeups = wakeups
        self._listeners = {topic: _Ear(topic, self._note) for topic in topics}

    def __enter__(self) -> Self:
        for topic, listener in self._listeners.items():
            self._wakeups.listen(topic, listener)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for topic, listener in self._listeners.items():
            self._wakeups.forget(topic, listener)

    def _note(self, topic: str) -> None:
        self.woken.append(topic)
        self._changed.set()

    async def until(self, *topics: str) -> None:
        """Waits until each was hinted at; then nothing was."""
        async with asyncio.timeout(MAX_WAIT_S):
            while not set(topics) <= set(self.woken):
                await self._changed.wait()
                self._changed.clear()
        self.woken.clear()


class _Ear:
    def __init__(self, topic: str, note: Callable[[str], None]) -> None:
        self._topic = topic
        self._note = note

    def hint(self) -> None:
        self._note(self._topic)
