"""Statements run on the event loop's thread; what waits for a lock or the disk does not."""

import asyncio
import sqlite3
import threading
from contextlib import closing

import pytest

from bff.db.transaction import Tx
from tests.support.world import World

pytestmark = pytest.mark.sqlite_only("SQLite's own engine")


async def test_the_loop_goes_on_while_a_write_waits_for_the_lock(world: World) -> None:
    with closing(sqlite3.connect(world.sqlite.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        write = asyncio.create_task(world.db.write(lambda tx: tx.execute("SELECT 1")))
        for _ in range(5):
            await asyncio.sleep(0.01)
        assert not write.done()
        other.execute("COMMIT")
        await write


async def test_the_loop_goes_on_while_a_commit_waits_for_the_disk(world: World) -> None:
    threads: list[int] = []

    async def use_case(tx: Tx) -> None:
        world.sqlite.writer.connection.raw.set_trace_callback(
            lambda sql: threads.append(threading.get_ident()) if sql == "COMMIT" else None
        )
        await tx.execute("CREATE TABLE written (what)")

    await world.db.write(use_case)
    assert len(threads) == 1
    assert threads != [threading.get_ident()]


async def test_statements_are_no_way_to_another_thread(world: World) -> None:
    threads: set[int] = set()

    def note() -> str:
        threads.add(threading.get_ident())
        return "here"

    async def ask(tx: Tx) -> None:
        world.sqlite.writer.connection.raw.create_function("whose", 0, note)
        await tx.execute("SELECT whose()")

    async with world.sqlite.read() as connection:
        connection.raw.create_function("whose", 0, note)
        assert (await connection.execute("SELECT whose()")).scalar() == "here"
    await world.db.write(ask)
    assert threads == {threading.get_ident()}


async def test_a_closed_connection_says_so(world: World) -> None:
    async with world.db.read() as connection:
        await world.db.close()
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            await connection.execute("SELECT 1")
