"""What one process writes or is sent, another knows: nobody polls here."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from redis.asyncio import Redis

from bff.app import build
from bff.graphql.http.persisted_documents import sha256
from bff.graphql.subscriptions import poller
from bff.services import Services, join_services
from tests.support.client import MAX_WAIT_S
from tests.support.documents import WATCH
from tests.support.factories import create_shopper
from tests.support.return_documents import BOOK
from tests.support.return_steps import ask, buy, open_return
from tests.support.world import FakeClock, World, open_world, serving_app

NEVER_S = 3_600.0
DOCUMENT = "{ __typename }"


@pytest.fixture(autouse=True)
def _no_polling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poller, "POLL_S", NEVER_S)


@asynccontextmanager
async def two_processes(
    folder: Path, redis_url: str | None = None
) -> AsyncIterator[tuple[World, World]]:
    """Each with a server, but for the process itself."""
    one = await open_world(folder, redis_url=redis_url)
    other = join_services(one.settings, one.db.clock)
    async with as_a_process(one) as first, as_a_process(other) as second:
        yield first, second


@asynccontextmanager
async def as_a_process(services: Services) -> AsyncIterator[World]:
    app = build(services, {}, works=False)
    async with app.router.lifespan_context(app), serving_app(app) as base:
        yield World(services, FakeClock(), base)


async def push_across(writing: World, watching: World) -> None:
    """Each event comes before the next is written."""
    shopper = await create_shopper(writing.db, level=4)
    async with writing.client(shopper) as app, watching.client(shopper).socket() as phone:
        return_id = (await open_return(app, await buy(writing, shopper)))["id"]
        await phone.subscribe(WATCH, returnId=return_id)
        opened = [(await phone.next())["refundUpdates"]["event"] for _ in range(2)]
        assert opened == ["RETURN_OPENED", "RETURN_APPROVED"]
        await ask(app, BOOK, id=return_id)
        assert (await phone.next())["refundUpdates"]["event"] == "PICKUP_BOOKED"


async def test_events_are_pushed_without_redis(db_folder: Path) -> None:
    async with two_processes(db_folder) as (one, other):
        await push_across(one, other)
        await push_across(other, one)


async def test_events_are_pushed_through_redis(db_folder: Path, redis_url: str) -> None:
    async with two_processes(db_folder, redis_url) as (one, other):
        await push_across(one, other)
    assert not (db_folder / "bff.sockets").exists()


async def test_a_document_that_one_process_was_sent_is_named_to_the_other(
    db_folder: Path, redis_url: str
) -> None:
    body = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": sha256(DOCUMENT)}}}
    async with two_processes(db_folder, redis_url) as (one, other), httpx.AsyncClient() as http:
        sent = await http.post(f"http://{one.base}/graphql", json=body | {"query": DOCUMENT})
        async with Redis.from_url(redis_url) as redis, asyncio.timeout(MAX_WAIT_S):
            while not await redis.keys("bff:document:*"):  # noqa: ASYNC110
                await asyncio.sleep(0.001)
        shopper = await create_shopper(other.db)
        async with other.client(shopper).socket() as phone:
            await phone.send(id="1", type="subscribe", payload=body)
            assert await phone.next() == sent.json()["data"]
        named = await http.post(f"http://{other.base}/graphql", json=body)
        assert named.json() == sent.json()
