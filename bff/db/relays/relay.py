"""Wake-ups between processes: after a commit its topics go to the processes that did not make it.

A relay may lose a topic only where it then wakes everything: a wake-up too many costs one look at
the log, one too few a push that is late.
"""

import secrets
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Protocol

from bff.db.wakeups import WakeUps

EVERYTHING = "*"
MAX_PENDING_TOPICS = 1_000


class Relay(Protocol):
    """At work while it is entered; what is published before it is left is still sent."""

    async def __aenter__(self) -> Any: ...
    async def __aexit__(self, *exception: object) -> None: ...


class PendingTopics:
    """Topics that are still to be sent; too many become everything."""

    def __init__(self) -> None:
        self._topics: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._topics)

    def add(self, topics: Collection[str]) -> None:
        self._topics.update(topics)
        if len(self._topics) > MAX_PENDING_TOPICS:
            self._topics = {EVERYTHING}

    def take(self) -> set[str]:
        topics, self._topics = self._topics, set()
        return topics


class Exchange:
    """Payloads of one process: lines of text, its sender and then topics."""

    def __init__(self, wakeups: WakeUps) -> None:
        self._wakeups = wakeups
        self._sender = secrets.token_hex(8)

    def payloads(self, topics: Iterable[str], max_bytes: int) -> Iterator[str]:
        """As few as hold the topics."""
        payload = self._sender
        for topic in topics:
            longer = f"{payload}\n{topic}"
            if len(longer.encode()) > max_bytes:
                yield payload
                longer = f"{self._sender}\n{topic}"
            payload = longer
        yield payload

    def receive(self, payload: str) -> None:
        """Wake who waits for what another process has written."""
        sender, *topics = payload.split("\n")
        if sender == self._sender:
            return
        if EVERYTHING in topics:
            self._wakeups.wake_all()
        else:
            self._wakeups.wake(topics)
