"""Wake-ups through a server that all processes are connected to: PostgreSQL or Redis."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextlib import AbstractAsyncContextManager, suppress
from typing import Self

import structlog

from bff.db.relays.relay import EVERYTHING, Exchange, PendingTopics
from bff.db.wakeups import WakeUps

RECONNECT_S = 1.0
FLUSH_S = 1.0
CANCEL_S = 0.05
# A payload of PostgreSQL's NOTIFY is shorter than 8,000 bytes.
MAX_BYTES = 7_900

Send = Callable[[str], Awaitable[object]]
# A connection that is subscribed. Given what takes payloads, and what is called, from the loop,
# once it is lost.
Connect = Callable[[Callable[[str], None], Callable[[], None]], AbstractAsyncContextManager[Send]]
log = structlog.get_logger("bff.db.relays")


class BrokerRelay:
    """It connects again by itself; a hint may be lost meanwhile, so it then wakes everything.

    `name`: the broker's, for the log. What one commit after the other adds while a payload is
    being sent goes together.
    """

    def __init__(self, name: str, connect: Connect, wakeups: WakeUps) -> None:
        self._name = name
        self._connect = connect
        self._wakeups = wakeups
        self._exchange = Exchange(wakeups)
        self._pending = PendingTopics()
        self._something = asyncio.Event()
        self._idle = asyncio.Event()
        self._lost = False
        self._failing = False
        self._running: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._idle.set()
        self._wakeups.relay = self._publish
        self._running = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._wakeups.relay = None
        with suppress(TimeoutError):
            async with asyncio.timeout(FLUSH_S):
                await self._idle.wait()
        # More than once: a client that is about to connect may swallow it.
        while self._running and not self._running.done():
            self._running.cancel()
            await asyncio.wait([self._running], timeout=CANCEL_S)

    def _publish(self, topics: Collection[str]) -> None:
        self._pending.add(topics)
        self._idle.clear()
        self._something.set()

    async def _run(self) -> None:
        while True:
            try:
                async with self._connect(self._exchange.receive, self._lose) as send:
                    self._begin()
                    await self._send_all(send)
            except Exception as error:  # noqa: BLE001 - whatever it is, there is polling meanwhile
                self._fail(error)
            await asyncio.sleep(RECONNECT_S)

    def _begin(self) -> None:
        if self._failing:
            log.info("other processes are woken again", through=self._name)
        self._lost = self._failing = False
        self._wakeups.wake_all()

    def _fail(self, error: Exception) -> None:
        """Logged once, until it is there again."""
        if not self._failing:
            log.warning("other processes are not woken", through=self._name, reason=str(error))
        self._failing = True

    def _lose(self) -> None:
        self._lost = True
        self._something.set()

    async def _send_all(self, send: Send) -> None:
        while True:
            await self._something.wait()
            self._something.clear()
            if self._lost:
                raise ConnectionError("the connection was lost")
            try:
                for payload in self._exchange.payloads(self._pending.take(), MAX_BYTES):
                    await send(payload)
            except BaseException:
                self._pending.add({EVERYTHING})
                self._something.set()
                raise
            if not self._pending:
                self._idle.set()
