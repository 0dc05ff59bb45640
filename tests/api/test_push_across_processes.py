"""What one process writes is pushed to the subscribers of another: nobody polls here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bff.db.engines import open_database
from bff.graphql.subscriptions import poller
from bff.services import Services
from tests.support.documents import WATCH
from tests.support.factories import create_shopper
from tests.support.return_documents import BOOK
from tests.support.return_steps import ask, buy, open_return
from tests.support.world import FakeClock, World, open_world, serving

NEVER_S = 3_600.0


@pytest.fixture(autouse=True)
def _no_polling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poller, "POLL_S", NEVER_S)


@asynccontextmanager
async def two_processes(folder: Path, redis_url: str | None = None) -> AsyncIterator[list[World]]:
    """Each with a server, but for the process itself."""
    clock = FakeClock()
    one = await open_world(folder, clock=clock, redis_url=redis_url)
    other = Services(one.settings, open_database(one.settings.address, clock))
    async with (
        one.awake(),
        other.awake(),
        serving(one) as first,
        serving(other) as second,
    ):
        yield [World(one, clock, first), World(other, clock, second)]
    for services in (one, other):
        await services.db.close()


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


async def test_events_are_pushed_by_sockets_beside_the_file(tmp_path: Path) -> None:
    async with two_processes(tmp_path) as (one, other):
        await push_across(one, other)
        await push_across(other, one)


async def test_events_are_pushed_through_redis(tmp_path: Path, redis_url: str) -> None:
    async with two_processes(tmp_path, redis_url) as (one, other):
        await push_across(one, other)
    assert not (tmp_path / "bff.sockets").exists()
