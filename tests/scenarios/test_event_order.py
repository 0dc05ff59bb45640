"""Many writers of one topic: who reads it meanwhile skips no event, and sees them in order."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bff.core.clock import SystemClock
from bff.db import events
from bff.db.database import Database
from bff.db.postgresql.database import PostgresqlDatabase
from bff.db.transaction import Tx

TOPIC = "ret_busy"
WRITERS, EVENTS_EACH = 4, 10
LAST = WRITERS * EVENTS_EACH


@pytest.fixture
async def database(postgresql_database: str) -> AsyncIterator[Database]:
    opened = PostgresqlDatabase(postgresql_database, SystemClock())
    yield opened
    await opened.close()


async def write_all(database: Database, writer: int) -> None:
    for number in range(EVENTS_EACH):

        async def use_case(tx: Tx, kind: str = f"{writer} {number}") -> None:
            await events.append(tx, "sho_1", TOPIC, kind, {})
            await tx.flush()
            await asyncio.sleep(0.002)  # others write meanwhile, and may commit first

        await database.write(use_case)


async def follow(database: Database) -> list[tuple[int, str]]:
    """From cursor to cursor, as a channel does."""
    seen: list[tuple[int, str]] = []
    async with asyncio.timeout(120):
        while len(seen) < LAST:
            cursor = seen[-1][0] if seen else 0
            async with database.read() as connection:
                page = await events.read_after(connection, "sho_1", TOPIC, cursor)
            seen += [(event.id, event.kind) for event in page]
            await asyncio.sleep(0.001)
    return seen


async def test_a_reader_meets_each_event_once_and_in_order(database: Database) -> None:
    retries: list[None] = []
    database.on_retry = lambda: retries.append(None)
    reading = asyncio.create_task(follow(database))
    await asyncio.gather(*(write_all(database, writer) for writer in range(WRITERS)))
    seen = await reading
    assert [number for number, _ in seen] == list(range(1, LAST + 1))
    for writer in range(WRITERS):
        mine = [kind for _, kind in seen if kind.startswith(f"{writer} ")]
        assert mine == [f"{writer} {number}" for number in range(EVENTS_EACH)]
    assert retries  # or they did not meet
