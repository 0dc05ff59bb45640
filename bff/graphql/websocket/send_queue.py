"""What goes out to one client, in order. Little of it may wait: who does not read is cut off."""

import asyncio
from collections import deque
from collections.abc import Coroutine
from typing import Any, cast

from starlette.types import Message, Send

from bff.graphql.engine.plan.coroutines import Rest, begin

# Beyond what the transport and the kernel hold.
MAX_WAITING_FRAMES = 256
MAX_WAITING_CHARACTERS = 256_000
MAX_REASON_BYTES = 123  # RFC 6455, 5.5
# The client has gone, which `receive` tells as well; the second is said where a closing has begun.
GONE = (OSError, RuntimeError)


class SendQueue:
    """What the transport has room for is written at once; else a task waits for the room.

    `closing`: nothing more is sent but the farewell.
    """

    __slots__ = ("_characters", "_send", "_sending", "_waiting", "closing")

    def __init__(self, send: Send) -> None:
        self._send = send
        self._sending: asyncio.Task[None] | None = None
        self._waiting: deque[Message] | None = None
        self._characters = 0
        self.closing = False

    def push(self, frame: Message) -> bool:
        """Now, or once there is room. False: too much is waiting, and this was not taken."""
        if self.closing:
            return True
        if self._sending is None:
            self._begin(frame)
            return True
        return self._wait(frame)

    async def room(self) -> None:
        """Until nothing waits to be sent."""
        while self._sending:
            await asyncio.wait([self._sending])

    def close(self, code: int, reason: str) -> None:
        """What waits is given up; a client that reads again is told why."""
        if self.closing:
            return
        self.closing = True
        farewell = {"type": "websocket.close", "code": code, "reason": _cut(reason)}
        if self._sending is None:
            self._begin(farewell)
        else:
            self._waiting = deque([farewell])

    async def end(self) -> None:
        """The client has gone."""
        self.closing = True
        if self._sending:
            self._sending.cancel()
            await asyncio.wait([self._sending])

    def _begin(self, frame: Message) -> None:
        try:
            _, rest = begin(cast("Coroutine[Any, Any, None]", self._send(frame)))
        except GONE:
            self.closing = True
        else:
            if rest:
                self._sending = asyncio.create_task(self._send_all(rest))

    def _wait(self, frame: Message) -> bool:
        waiting = self._waiting = self._waiting or deque()
        characters = self._characters + len(frame["text"])
        if waiting and (len(waiting) >= MAX_WAITING_FRAMES or characters > MAX_WAITING_CHARACTERS):
            return False
        self._characters = characters
        waiting.append(frame)
        return True

    async def _send_all(self, rest: Rest[None]) -> None:
        try:
            await rest
            while self._waiting:
                frame = self._waiting.popleft()
                self._characters -= len(frame.get("text", ""))
                await self._send(frame)
        except GONE:
            self.closing = True
        finally:
            self._sending = self._waiting = None
            self._characters = 0


def _cut(reason: str) -> str:
    return reason.encode()[:MAX_REASON_BYTES].decode(errors="ignore")
