"""Clients that say what no app of ours would say, and what they may be answered."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Table, func, select, text
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from bff.db.database import Database
from bff.db.tables import slots
from bff.domain.policy.file import read_policies
from bff.domain.policy.model import Policy
from bff.settings import PACKAGED_POLICY
from tests.support.client import PROTOCOL, Client, Socket
from tests.support.documents import ONE_TAP
from tests.support.factories import create_order, create_shopper
from tests.support.world import START, FakeClock, World, open_world, serving

GRAPHQL_JSON = "application/graphql-response+json"
JSON = "application/json"
VIEWER = "{ viewer { id } }"
TOO_LONG_S = 10.0
# Nothing that comes out may tell how the program is made.
SECRETS = ("Traceback", "sqlite", "SELECT", "sqlalchemy", "site-packages", "recursion")

NODE = "query($id: ID!) { node(id: $id) { id } }"
NOT_RUN: dict[str, tuple[str, dict[str, Any]]] = {
    "syntax": ("{ viewer {", {}),
    "only a comment": ("# nothing", {}),
    "unknown field": ("{ nope }", {}),
    "unknown fragment": ("{ ...Nope }", {}),
    "missing argument": ("{ node { id } }", {}),
    "unused variable": ("query($id: ID!) { viewer { id } }", {"id": "x"}),
    "missing variable": (NODE, {}),
    "null variable": (NODE, {"id": None}),
    "variable of another type": (NODE, {"id": {}}),
    "too large": ("{ viewer { " + "id " * 401 + "} }", {}),
    "two operations, none named": ("query A { viewer { id } } query B { viewer { id } }", {}),
}
shared = pytest.mark.asyncio(loop_scope="module")


async def ask(app: Client, document: str, **variables: Any) -> Any:
    """The one field that is asked for. Fails where there are errors."""
    [answer] = (await app.ask(document, **variables)).values()
    return answer


@asynccontextmanager
async def wire(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """Bare HTTP, as many connections at once as are wanted."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(
        base_url=f"http://{world.base}", timeout=30, verify=False, limits=limits
    ) as http:
        yield http


def bearing(token: str | None, **headers: str) -> dict[str, str]:
    shown = {"Authorization": f"Bearer {token}"} if token else {}
    return {"Accept-Language": "en"} | shown | headers


def body_of(document: str, variables: Mapping[str, Any]) -> bytes:
    """JSON in ASCII alone, so that lone surrogates can be sent."""
    return json.dumps({"query": document, "variables": variables}).encode("ascii")


async def post(
    http: httpx.AsyncClient, body: bytes, token: str | None = None, **headers: str
) -> httpx.Response:
    shown = bearing(token, **{"Content-Type": JSON} | headers)
    return await http.post("/graphql", content=body, headers=shown)


async def data_of(
    http: httpx.AsyncClient, token: str | None, document: str, **variables: Any
) -> Any:
    """Fails where there are errors."""
    answer = (await post(http, body_of(document, variables), token)).json()
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


@asynccontextmanager
async def bare_socket(world: World, **options: Any) -> AsyncIterator[Socket]:
    """Connected, not initialised."""
    url = f"ws://{world.base}/graphql"
    options = {"subprotocols": [PROTOCOL], "compression": None} | options
    async with connect(url, **options) as connection:
        yield Socket(connection)


async def closed(connection: ClientConnection) -> tuple[int | None, str | None]:
    """Code and reason with which the server closes, whatever it says before."""
    async with asyncio.timeout(TOO_LONG_S):
        with suppress(ConnectionClosed):
            async for _ in connection:
                pass
    return connection.close_code, connection.close_reason


async def talk(base: str, pieces: list[bytes]) -> tuple[bytes, int]:
    """What is answered to bytes that come piece by piece, and how many pieces were taken."""
    reader, writer = await asyncio.open_connection(*base.split(":"))
    answer, taken = b"", 0
    with suppress(ConnectionError):
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.005)
            taken += 1
    async with asyncio.timeout(TOO_LONG_S):
        with suppress(ConnectionError):
            answer = await reader.read()
    writer.close()
    return answer, taken


def with_capacity(places: int) -> list[Policy]:
    """The packaged policy, with so many pickups a slot."""
    return [
        policy.model_copy(update={"pickup": policy.pickup.model_copy(update={"capacity": places})})
        for policy in read_policies(PACKAGED_POLICY)
    ]


async def count(db: Database, table: Table) -> int:
    async with db.read() as connection:
        return int((await connection.execute(select(func.count()).select_from(table))).scalar())


async def counts(db: Database, *tables: Table) -> list[int]:
    return [await count(db, table) for table in tables]


async def remaining(db: Database) -> dict[str, int]:
    """Places left, by slot, where any was ever taken."""
    async with db.read() as connection:
        rows = await connection.execute(select(slots.c.key, slots.c.remaining))
        return {row.key: row.remaining for row in rows}


@dataclass(frozen=True)
class Shown:
    """A world that several tests look at and none changes, with one shopper."""

    world: World
    shopper: str

    @property
    def token(self) -> str:
        return self.world.token(self.shopper)


@asynccontextmanager
async def shown_world(folder: Path) -> AsyncIterator[Shown]:
    clock = FakeClock()
    services = await open_world(folder, clock=clock)
    async with serving(services) as base:
        world = World(services, clock, base)
        yield Shown(world, await create_shopper(services.db))
    await services.db.close()


@asynccontextmanager
async def without(db: Database, table: Table) -> AsyncIterator[None]:
    """The table is not where it should be: whatever needs it fails."""
    away = f"{table.name}_away"
    await _rename(db, table.name, away)
    yield
    await _rename(db, away, table.name)


async def _rename(db: Database, name: str, to: str) -> None:
    await db.write(lambda tx: tx.execute(text(f"ALTER TABLE {name} RENAME TO {to}")))


async def send(shown: Shown, body: bytes, **headers: str) -> httpx.Response:
    async with wire(shown.world) as http:
        return await post(http, body, shown.token, **headers)


def is_told(answer: httpx.Response) -> bool:
    """Errors in GraphQL's shape and nothing else, in JSON, of nothing inside."""
    told = answer.json()
    return (
        answer.headers["content-type"].startswith((JSON, GRAPHQL_JSON))
        and list(told) == ["errors"]
        and all(isinstance(error["message"], str) for error in told["errors"])
        and not any(secret in answer.text for secret in SECRETS)
    )


@asynccontextmanager
async def phone(shown: Shown, **payload: Any) -> AsyncIterator[Socket]:
    """Initialised, with the token in the payload."""
    async with bare_socket(shown.world) as socket:
        await socket.send(type="connection_init", payload={"token": shown.token} | payload)
        assert await socket.receive() == {"type": "connection_ack"}
        yield socket


async def answer(socket: Socket, document: str, id: str = "q", **variables: Any) -> Any:  # noqa: A002
    """The payload of an operation's one answer, while others may be under way."""
    await socket.subscribe(document, id, **variables)
    told = [await message_for(socket, id) for _ in range(2)]
    assert [one["type"] for one in told] == ["next", "complete"], told
    return told[0]["payload"]


async def message_for(socket: Socket, id: str) -> Any:  # noqa: A002
    async with asyncio.timeout(TOO_LONG_S):
        while (message := await socket.receive()).get("id") != id:
            pass
    return message


async def opened_return(world: World, shopper: str) -> str:
    [line] = await create_order(world.db, shopper, received_at=START)
    async with world.client(shopper) as app:
        return str((await ask(app, ONE_TAP, key=line, line=line))["return"]["id"])
