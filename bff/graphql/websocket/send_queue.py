"""Messages to one client, in order. Few may wait: a client that does not read is cut off."""

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
# The client has gone, as `receive` says too; RuntimeError comes once a closing has begun.
GONE = (OSError, RuntimeError)


class SendQueue:
    """A message is written at once where the transport has room; else a task waits for it.

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
        """Send it now, or once there is room. False: too much is waiting, and it was not taken."""
        if self.closing:
            return True
        if self._sending is None:
            self._begin(frame)
            return True
        waiting = self._waiting = self._waiting or deque()
        characters = self._characters + len(frame["text"])
        if waiting and (len(waiting) >= MAX_WAITING_FRAMES or characters > MAX_WAITING_CHARACTERS):
            return False
        self._characters = characters
        waiting.append(frame)
        return True

    async def room(self) -> None:
        """Wait until no message waits to be sent."""
        while self._sending:
            await asyncio.wait([self._sending])

    def close(self, code: int, reason: str) -> None:
        """Drop what waits; a client that reads again gets the reason."""
        if self.closing:
            return
        self.closing = True
        reason = reason.encode()[:MAX_REASON_BYTES].decode(errors="ignore")
        farewell = {"type": "websocket.close", "code": code, "reason": reason}
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
