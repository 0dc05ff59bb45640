"""An app: documents over HTTP, subscriptions over graphql-transport-ws."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx
from websockets.asyncio.client import ClientConnection, connect

PROTOCOL = "graphql-transport-ws"
MAX_WAIT_S = 60  # far more than anything takes: only a hang ends a wait


@dataclass
class Client:
    base: str
    token: str | None
    language: str = "en"

    @property
    def headers(self) -> dict[str, str]:
        bearer = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {"Accept-Language": self.language} | bearer

    async def __aenter__(self) -> Self:
        # Nothing to verify on plain HTTP, and certificates take long to load.
        self._http = httpx.AsyncClient(
            base_url=f"http://{self.base}", headers=self.headers, timeout=MAX_WAIT_S, verify=False
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def post(self, document: str, **variables: Any) -> httpx.Response:
        body = {"query": document, "variables": variables}
        return await self._http.post("/graphql", json=body)

    async def answer(self, document: str, **variables: Any) -> dict[str, Any]:
        """The whole answer, errors and all."""
        answer: dict[str, Any] = (await self.post(document, **variables)).json()
        return answer

    async def ask(self, document: str, **variables: Any) -> Any:
        """The data. Fails where there are errors."""
        answer = await self.answer(document, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def ask_field(self, document: str, **variables: Any) -> Any:
        """The value of the one field that the document selects. Fails where there are errors."""
        [value] = (await self.ask(document, **variables)).values()
        return value

    @asynccontextmanager
    async def socket(self, **handshake: str) -> AsyncIterator["Socket"]:
        """Initialised with the token and the language; `handshake`: headers of its own."""
        url = f"ws://{self.base}/graphql"
        opening = connect(
            url,
            subprotocols=[PROTOCOL],  # type: ignore[list-item]
            compression=None,
            additional_headers=handshake,
        )
        async with opening as connection:
            socket = Socket(connection)
            await socket.send(type="connection_init", payload=self.headers)
            assert (await socket.receive())["type"] == "connection_ack"
            yield socket


@dataclass
class Socket:
    connection: ClientConnection

    async def send(self, **message: Any) -> None:
        await self.connection.send(json.dumps(message))

    async def receive(self) -> Any:
        """Fails rather than waits for ever."""
        async with asyncio.timeout(MAX_WAIT_S):
            return json.loads(await self.connection.recv())

    async def subscribe(self, document: str, id: str = "1", **variables: Any) -> None:  # noqa: A002
        payload = {"query": document, "variables": variables}
        await self.send(id=id, type="subscribe", payload=payload)

    async def next(self) -> Any:
        """The data of the next event. Fails for anything else."""
        message = await self.receive()
        assert message["type"] == "next", message
        assert "errors" not in message["payload"], message
        return message["payload"]["data"]


async def is_silent(phone: Socket) -> bool:
    """Whether nothing more comes."""
    with suppress(TimeoutError):
        async with asyncio.timeout(0.2):
            await phone.receive()
            return False
    return True


async def subscription_error(phone: Socket) -> Any:
    """The extensions of the error that ended the subscription."""
    answer, end = await phone.receive(), await phone.receive()
    assert (answer["type"], answer["payload"]["data"], end["type"]) == ("next", None, "complete")
    [error] = answer["payload"]["errors"]
    return error["extensions"]


async def wait_until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(MAX_WAIT_S):
        while not holds():  # noqa: ASYNC110 - the condition has no event to set
            await asyncio.sleep(0.001)
