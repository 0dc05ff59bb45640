"""One writer, many readers: durable, all or nothing, and nobody is woken too soon."""

import asyncio
import sqlite3
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from bff.db import events
from bff.db.connection import Connection
from bff.db.database import Database
from bff.db.sqlite.database import READERS
from bff.db.sqlite.files import BUSY_TIMEOUT_MS
from bff.db.tables import order_lines, shoppers
from bff.db.transaction import Tx
from bff.db.wakeups import Waiter
from bff.domain.orders.store import shoppers_by_id
from tests.support.world import World

pytestmark = pytest.mark.sqlite_only("SQLite's own engine")

TOPIC = "ret_1"
WRITERS_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL
    "foreign_keys": 1,
    "busy_timeout": BUSY_TIMEOUT_MS,
    "query_only": 0,
}


async def pragmas(connection: Connection) -> dict[str, object]:
    found = {}
    for name in WRITERS_PRAGMAS:
        found[name] = (await connection.execute(f"PRAGMA {name}")).scalar()
    return found


async def tell(db: Database, kind: str = "told", topic: str = TOPIC) -> None:
    await db.write(lambda tx: events.append(tx, "sho_1", topic, kind, {}))


async def known(db: Database) -> list[str]:
    async with db.read() as connection:
        return [event.kind for event in await events.read_after(connection, "sho_1", TOPIC, 0)]


async def test_every_reader_only_reads_and_waits_its_turn(world: World) -> None:
    async with AsyncExitStack() as stack:
        readers = [await stack.enter_async_context(world.db.read()) for _ in range(READERS)]
        found = [await pragmas(reader) for reader in readers]
    assert found == [WRITERS_PRAGMAS | {"query_only": 1}] * READERS


async def test_a_reader_refuses_to_write(world: World) -> None:
    async with world.db.read() as connection:
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            await connection.execute(insert(shoppers), {"id": "sho_1", "nickname": "x"})


async def test_the_writer_is_durable_and_checks_references(world: World) -> None:
    assert await world.db.write(lambda tx: pragmas(tx.connection)) == WRITERS_PRAGMAS


async def test_a_row_that_refers_to_nothing_is_refused(world: World) -> None:
    row = {"order_id": "ord_none", "line_no": 1, "sku": "x", "title": "x", "category": "x"}
    row |= {"quantity": 1, "unit_price_minor": 1, "paid_minor": 1}
    row |= {"freight_insured": False, "no_return_confirmed": False}
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        await world.db.write(lambda tx: tx.execute(insert(order_lines), row))


async def test_a_write_holds_the_file_from_its_first_moment(world: World) -> None:
    """Before it has written a thing: no two can read the same state and then both write."""

    async def use_case(_: Tx) -> None:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            begin_elsewhere(world.sqlite.path)

    await world.db.write(use_case)
    begin_elsewhere(world.sqlite.path)


def begin_elsewhere(path: Path) -> None:
    connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
    finally:
        connection.close()


async def test_readers_are_not_held_up_by_a_write(world: World) -> None:
    async def use_case(tx: Tx) -> list[str]:
        await events.append(tx, "sho_1", TOPIC, "not yet", {})
        return await known(world.db)

    assert await world.db.write(use_case) == []
    assert await known(world.db) == ["not yet"]


async def test_a_use_case_that_fails_leaves_nothing_and_the_next_works(world: World) -> None:
    async def use_case(tx: Tx) -> None:
        await tx.execute(insert(shoppers), {"id": "sho_half", "nickname": "half"})
        await events.append(tx, "sho_1", TOPIC, "half", {})
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await world.db.write(use_case)
    async with world.db.read() as connection:
        assert await shoppers_by_id(connection, ["sho_half"]) == {}
    assert await known(world.db) == []
    await tell(world.db, "whole")
    assert await known(world.db) == ["whole"]


async def test_writes_come_one_after_the_other(world: World) -> None:
    """Each sees all of those before it."""

    async def count(tx: Tx) -> int:
        seen = len(await events.read_after(tx.connection, "sho_1", TOPIC, 0))
        await asyncio.sleep(0)
        await events.append(tx, "sho_1", TOPIC, "one more", {})
        return seen

    counted = await asyncio.gather(*(world.db.write(count) for _ in range(20)))
    assert sorted(counted) == list(range(20))


async def test_a_write_ends_though_its_caller_has_gone(world: World) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def use_case(tx: Tx) -> None:
        begun.set()
        await go_on.wait()
        await events.append(tx, "sho_1", TOPIC, "done", {})

    caller = asyncio.create_task(world.db.write(use_case))
    await begun.wait()
    caller.cancel()
    with suppress(asyncio.CancelledError):
        await caller
    assert caller.cancelled()
    go_on.set()
    await tell(world.db, "next")
    assert await known(world.db) == ["done", "next"]


async def test_a_moment_is_one_for_the_whole_write(world: World) -> None:
    async def use_case(tx: Tx) -> None:
        await events.append(tx, "sho_1", TOPIC, "first", {})
        world.clock.advance(timedelta(hours=1))
        await events.append(tx, "sho_1", TOPIC, "second", {})

    await world.db.write(use_case)
    async with world.db.read() as connection:
        first, second = await events.read_after(connection, "sho_1", TOPIC, 0)
    assert first.at == second.at


async def test_nobody_is_woken_before_the_commit(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long it takes; who is woken then finds the news in the file."""
    commit = world.sqlite.writer.commit
    async with world.db.wakeups.waiting_for(TOPIC) as waiter:
        woken = asyncio.create_task(waiter.wait(60))

        async def linger() -> None:
            await asyncio.sleep(0.05)
            assert not woken.done()
            await commit()

        monkeypatch.setattr(world.sqlite.writer, "commit", linger)
        await tell(world.db, "news")
        async with asyncio.timeout(30):
            await woken
    assert found_elsewhere(world.sqlite.path) == ["news"]


def found_elsewhere(path: Path) -> list[str]:
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT kind FROM events").fetchall()
    connection.close()
    return [kind for (kind,) in rows]


async def test_a_failed_write_wakes_nobody(world: World) -> None:
    async def use_case(tx: Tx) -> None:
        await events.append(tx, "sho_1", TOPIC, "news", {})
        raise ValueError("no")

    async with world.db.wakeups.waiting_for(TOPIC) as waiter:
        woken = asyncio.create_task(waiter.wait(60))
        with pytest.raises(ValueError, match="no"):
            await world.db.write(use_case)
        await asyncio.sleep(0.05)
        assert not woken.done()
        woken.cancel()


async def test_other_topics_are_not_woken(world: World) -> None:
    async with world.db.wakeups.waiting_for("ret_2") as waiter:
        woken = asyncio.create_task(waiter.wait(60))
        await tell(world.db)
        await asyncio.sleep(0.02)
        assert not woken.done()
        woken.cancel()


@pytest.mark.parametrize("rounds", range(4))
async def test_a_waiter_that_is_cancelled_while_it_wakes_ends(rounds: int) -> None:
    waiter = Waiter()
    waiting = asyncio.create_task(waiter.wait(60))
    await asyncio.sleep(0)
    waiter.hint()
    for _ in range(rounds):
        await asyncio.sleep(0)
    cancelled = waiting.cancel()
    with suppress(asyncio.CancelledError):
        await waiting
    assert waiting.cancelled() is cancelled
