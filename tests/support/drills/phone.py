"""A shopper's phone that does not give up: whatever is refused or cut, it tries again elsewhere."""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

from tests.support.client import Client, Socket
from tests.support.documents import ONE_TAP, WATCH

FIRST_PAUSE_S, MAX_PAUSE_S = 0.2, 2.0
ANSWER_S = 30.0
QUIET_S = 60.0
UNAVAILABLE = "SERVICE_UNAVAILABLE"
CUT = (OSError, ConnectionClosed, InvalidHandshake, InvalidMessage, TimeoutError, EOFError)


@dataclass
class Answers:
    """What all phones were answered that was no success. `wrong`: what must never be."""

    seen: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def note(self, response: httpx.Response) -> None:
        """Honest: the service is unavailable, and it is said when to come again."""
        honest = (
            response.status_code == httpx.codes.SERVICE_UNAVAILABLE
            and "retry-after" in response.headers
            and UNAVAILABLE in response.text
        )
        if honest:
            self.seen[UNAVAILABLE] += 1
        else:
            self.wrong.append(f"{response.status_code}: {response.text[:300]}")


@dataclass
class Pushed:
    """The kinds of all events of a return after the one whose number is `after`."""

    after: int
    kinds: list[str] = field(default_factory=list)


@dataclass
class Memory:
    """Of all phones. `acknowledged`: the return of each line. `pushed`: by return."""

    acknowledged: dict[str, str] = field(default_factory=dict)
    pushed: dict[str, Pushed] = field(default_factory=dict)
    answers: Answers = field(default_factory=Answers)


@dataclass
class Phone:
    token: str
    bases: Sequence[str]
    http: httpx.AsyncClient
    memory: Memory

    @property
    def answers(self) -> Answers:
        return self.memory.answers

    async def tap(self, line: str, region: str | None = None) -> Any:
        """The success; with a courier where there is a region. Raises LookupError if refused."""
        home = {
            "recipient": "张三",
            "phone": "13800000000",
            "region": region,
            "street": "文三路1号",
        }
        variables = {
            "key": line,
            "line": line,
            "pickup": {"address": home | {"region": region}} if region else None,
        }
        data = await self.ask(ONE_TAP, variables)
        success = data["oneTapReturn"]
        if success["__typename"] != "OneTapReturnSuccess":
            raise LookupError(success)
        self.memory.acknowledged.setdefault(line, success["return"]["id"])
        return success

    async def ask(self, document: str, variables: dict[str, Any]) -> Any:
        """The data, however often it takes."""
        headers = {"Authorization": f"Bearer {self.token}"}
        body = {"query": document, "variables": variables}
        async for base in self._turns():
            try:
                response = await self.http.post(
                    f"http://{base}/graphql", json=body, headers=headers, timeout=ANSWER_S
                )
            except httpx.TransportError as error:
                self.answers.seen[type(error).__name__] += 1
            else:
                if response.is_success and "errors" not in response.json():
                    return response.json()["data"]
                self.answers.note(response)
        raise AssertionError("there is always another turn")

    async def _turns(self) -> AsyncIterator[str]:
        """Any server first, then the next, after longer and longer pauses."""
        pause_s = FIRST_PAUSE_S
        for turn in itertools.count(random.randrange(len(self.bases))):
            yield self.bases[turn % len(self.bases)]
            await asyncio.sleep(pause_s * random.uniform(0.5, 1.5))
            pause_s = min(2 * pause_s, MAX_PAUSE_S)

    async def follow(self, opened: Any, last: Collection[str]) -> None:
        """Remember all that is pushed of a return after its answer, up to one of the `last`."""
        return_id, cursor = opened["id"], opened["updatesCursor"]
        pushed = self.memory.pushed[return_id] = Pushed(after=int(cursor))
        async for base in self._turns():
            try:
                async for event in self._events(base, return_id, cursor):
                    cursor = event["cursor"]
                    pushed.kinds.append(event["event"])
                    if event["event"] in last:
                        return
            except CUT as error:
                self.answers.seen[f"socket: {type(error).__name__}"] += 1
        raise AssertionError("there is always another turn")

    async def _events(self, base: str, return_id: str, cursor: str) -> AsyncIterator[Any]:
        """Until the socket is cut, or nothing comes for so long that it is opened anew."""
        async with self._socket(base) as socket:
            await socket.subscribe(WATCH, returnId=return_id, after=cursor)
            while True:
                async with asyncio.timeout(QUIET_S):
                    message = await socket.receive()
                if message["type"] == "complete":
                    return
                if message["type"] == "next":
                    payload = message["payload"]
                    if "errors" in payload:
                        self._note_errors(payload["errors"])
                        return
                    yield payload["data"]["refundUpdates"]

    @asynccontextmanager
    async def _socket(self, base: str) -> AsyncIterator[Socket]:
        phone = Client(base, self.token)
        async with asyncio.timeout(ANSWER_S) as opening, phone.socket() as socket:
            opening.reschedule(None)
            yield socket

    def _note_errors(self, errors: Sequence[Any]) -> None:
        for error in errors:
            code = error.get("extensions", {}).get("code")
            if code == UNAVAILABLE:
                self.answers.seen[f"socket: {code}"] += 1
            else:
                self.answers.wrong.append(f"socket: {error}")
