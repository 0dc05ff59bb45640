"""Statements run on the event loop's thread; what waits for a lock or the disk does not."""

import asyncio
import sqlite3
import threading
from contextlib import closing

import pytest
from sqlalchemy import event, text

from tests.world import World


async def test_the_loop_goes_on_while_a_write_waits_for_the_lock(world: World) -> None:
    with closing(sqlite3.connect(world.db.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        write = asyncio.create_task(world.db.write(lambda tx: tx.execute(text("SELECT 1"))))
        for _ in range(5):
            await asyncio.sleep(0.01)
        assert not write.done()
        other.execute("COMMIT")
        await write


async def test_statements_are_no_way_to_another_thread(world: World) -> None:
    threads: set[int] = set()

    def note(*_: object) -> str:
        threads.add(threading.get_ident())
        return "here"

    reader, writer = world.db.engines
    for engine in (reader, writer):

        @event.listens_for(engine.sync_engine, "checkout")
        def offer(connection: sqlite3.Connection, *_: object) -> None:
            connection.create_function("whose", 0, note)

    async with world.db.read() as connection:
        assert await connection.scalar(text("SELECT whose()")) == "here"
    await world.db.write(lambda tx: tx.execute(text("SELECT whose()")))
    assert threads == {threading.get_ident()}


async def test_a_closed_database_says_so(world: World) -> None:
    async with world.db.read() as connection:
        raw = await connection.get_raw_connection()
        driver = raw.driver_connection
        assert driver is not None
        await driver.close()
        with pytest.raises(ValueError, match="onnection"):
            await driver.execute("SELECT 1")
        await connection.invalidate()
