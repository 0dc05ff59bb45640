"""Clients that say what no app of ours would say, and what they may be answered."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
from sqlalchemy import Table, func, select
from websockets.asyncio.client import ClientConnection, connect

from bff.db.database import Database
from bff.db.tables import slots
from bff.policy.model import Policy, read_policies
from bff.settings import PACKAGED_POLICY
from tests.client import PROTOCOL, Client, Socket
from tests.world import World

GRAPHQL_JSON = "application/graphql-response+json"
JSON = "application/json"
# Nothing that comes out may tell how the program is made.
SECRETS = ("Traceback", "sqlite", "SELECT", "sqlalchemy", "site-packages", "recursion")

PROBLEM = """
  ... on UserError { code message } ... on InvalidInput { field expected } ... on NotFound { field }
"""
CANCEL = """
mutation Cancel($key: String!, $return: ID!) {
  returnCancel(input: { idempotencyKey: $key, returnId: $return }) {
    __typename ... on ReturnCancelSuccess { replayed return { id status } } PROBLEM
  }
}""".replace("PROBLEM", PROBLEM)
BOOK = """
mutation Book($key: String!, $return: ID!, $slot: ID, $addressId: ID, $address: AddressInput) {
  pickupBook(
    input: {
      idempotencyKey: $key, returnId: $return,
      slotId: $slot, addressId: $addressId, address: $address
    }
  ) {
    __typename
    ... on PickupBookSuccess { replayed pickup { id status } return { id } }
    ... on SlotFull { alternatives { id } }
    PROBLEM
  }
}""".replace("PROBLEM", PROBLEM)
CALL_OFF = """
mutation CallOff($key: String!, $pickup: ID!) {
  pickupCancel(input: { idempotencyKey: $key, pickupId: $pickup }) {
    __typename ... on PickupCancelSuccess { replayed pickup { id status } } PROBLEM
  }
}""".replace("PROBLEM", PROBLEM)
WAYBILL = """
mutation Waybill($key: String!, $return: ID!, $company: String!, $number: String!) {
  waybillSubmit(
    input: {
      idempotencyKey: $key, returnId: $return, courierCompany: $company, waybillNumber: $number
    }
  ) {
    __typename
    ... on WaybillSubmitSuccess { replayed refund { advance refundedAt amount { minor } } }
    PROBLEM
  }
}""".replace("PROBLEM", PROBLEM)


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
    async for _ in connection:
        pass
    return connection.close_code, connection.close_reason


def with_capacity(places: int) -> list[Policy]:
    """The packaged policy, with so many pickups a slot."""
    return [
        policy.model_copy(update={"pickup": policy.pickup.model_copy(update={"capacity": places})})
        for policy in read_policies(PACKAGED_POLICY)
    ]


async def count(db: Database, table: Table) -> int:
    async with db.read() as connection:
        return int((await connection.execute(select(func.count()).select_from(table))).scalar_one())


async def counts(db: Database, *tables: Table) -> list[int]:
    return [await count(db, table) for table in tables]


async def remaining(db: Database) -> dict[str, int]:
    """Places left, by slot, where any was ever taken."""
    async with db.read() as connection:
        rows = await connection.execute(select(slots.c.key, slots.c.remaining))
        return {row.key: row.remaining for row in rows}
