"""Many writers at the same time: durable, all or nothing, one after the other for a shopper."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import asyncpg
import pytest
from sqlalchemy import insert, select, update

from bff.db import events
from bff.db.errors import DatabaseUnavailableError
from bff.db.locks import lock
from bff.db.postgresql.database import MAX_KEY_RUNS, MAX_RUNS, PostgresqlDatabase
from bff.db.tables import shoppers
from bff.db.transaction import Tx
from tests.support.client import wait_until
from tests.support.world import FakeClock

TOPIC = "ret_1"


@pytest.fixture
async def db(postgresql_database: str) -> AsyncIterator[PostgresqlDatabase]:
    opened = PostgresqlDatabase(postgresql_database, FakeClock())
    yield opened
    await opened.close()


def shopper(number: int) -> dict[str, str]:
    return {"id": f"sho_{number}", "nickname": f"s{number}"}


async def add(tx: Tx, *numbers: int) -> None:
    for number in numbers:
        await tx.execute(insert(shoppers), shopper(number))


async def nicknames(db: PostgresqlDatabase) -> list[str]:
    async with db.read() as connection:
        found = await connection.execute(select(shoppers.c.nickname).order_by(shoppers.c.id))
        return found.scalars()


async def test_a_reader_refuses_to_write(db: PostgresqlDatabase) -> None:
    async with db.read() as connection:
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await connection.execute(insert(shoppers), shopper(1))


async def test_what_fails_leaves_nothing_and_wakes_nobody(db: PostgresqlDatabase) -> None:
    async def fails(tx: Tx) -> None:
        await add(tx, 1)
        await events.append(tx, "sho_1", TOPIC, "news", {})
        raise LookupError("no more")

    async with db.wakeups.waiting_for(TOPIC) as waiter:
        with pytest.raises(LookupError, match="no more"):
            await db.write(fails)
        woken = asyncio.create_task(waiter.wait(60))
        await asyncio.sleep(0)
        assert not woken.done()
        await db.write(lambda tx: events.append(tx, "sho_1", TOPIC, "news", {}))
        await woken
    assert await nicknames(db) == []


async def test_within_a_savepoint_a_failure_is_undone_alone(db: PostgresqlDatabase) -> None:
    async def fails(tx: Tx) -> None:
        async with tx.savepoint():
            await add(tx, 2)
            raise LookupError

    async def use_case(tx: Tx) -> None:
        await add(tx, 1)
        with suppress(LookupError):
            await fails(tx)
        await add(tx, 3)

    await db.write(use_case)
    assert await nicknames(db) == ["s1", "s3"]


async def test_it_is_done_even_if_its_caller_goes_away(db: PostgresqlDatabase) -> None:
    going = asyncio.Event()

    async def slow(tx: Tx) -> None:
        await add(tx, 1)
        going.set()
        await asyncio.sleep(0.02)

    caller = asyncio.create_task(db.write(slow))
    await going.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    await db.close()
    assert await nicknames(db) == ["s1"]


async def test_a_key_that_another_adds_first_makes_it_run_again(db: PostgresqlDatabase) -> None:
    """From its start: then it sees the row, and adds no second."""
    runs: list[bool] = []
    both = asyncio.Barrier(2)

    async def add_once(tx: Tx) -> None:
        known = (await tx.execute(select(shoppers.c.id))).first()
        runs.append(known is not None)
        if known is None:
            await both.wait()
            await add(tx, 1)

    retries: list[None] = []
    db.on_retry = lambda: retries.append(None)
    await asyncio.gather(db.write(add_once), db.write(add_once))
    assert (sorted(runs), len(retries)) == ([False, False, True], 1)
    assert await nicknames(db) == ["s1"]


async def test_a_key_that_is_always_there_is_a_fault(db: PostgresqlDatabase) -> None:
    await db.write(lambda tx: add(tx, 1))
    runs: list[None] = []

    async def add_again(tx: Tx) -> None:
        runs.append(None)
        await add(tx, 1)

    with pytest.raises(asyncpg.UniqueViolationError):
        await db.write(add_again)
    assert len(runs) == MAX_KEY_RUNS + 1


async def test_of_two_that_wait_for_each_other_one_runs_again(db: PostgresqlDatabase) -> None:
    await db.write(lambda tx: add(tx, 1, 2))
    both = asyncio.Barrier(2)
    first_run = {1: True, 2: True}

    async def rename(tx: Tx, first: int, then: int) -> None:
        for number in (first, then):
            await tx.execute(
                update(shoppers).where(shoppers.c.id == f"sho_{number}"), {"nickname": str(first)}
            )
            if number == first and first_run.pop(first, False):
                await both.wait()

    await asyncio.gather(
        db.write(lambda tx: rename(tx, 1, 2)), db.write(lambda tx: rename(tx, 2, 1))
    )
    assert await nicknames(db) in (["1", "1"], ["2", "2"])


async def test_what_never_goes_well_ends(
    db: PostgresqlDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bff.db.postgresql.database.MAX_PAUSE_S", 0.001)
    retries: list[None] = []
    db.on_retry = lambda: retries.append(None)

    async def conflicts(tx: Tx) -> None:
        await tx.execute("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$")

    with pytest.raises(DatabaseUnavailableError, match=f"{MAX_RUNS} times in vain"):
        await db.write(conflicts)
    assert len(retries) == MAX_RUNS


async def test_a_shoppers_writes_come_one_after_the_other(db: PostgresqlDatabase) -> None:
    """What is read after the lock is as the one before has left it."""
    await db.write(lambda tx: add(tx, 1))

    async def lengthen(tx: Tx) -> None:
        await lock(tx, ["sho_1"])
        found = await tx.execute(select(shoppers.c.nickname).where(shoppers.c.id == "sho_1"))
        await asyncio.sleep(0)
        await tx.execute(
            update(shoppers).where(shoppers.c.id == "sho_1"), {"nickname": f"{found.scalar()}+"}
        )

    retries: list[None] = []
    db.on_retry = lambda: retries.append(None)
    await asyncio.gather(*(db.write(lengthen) for _ in range(20)))
    assert await nicknames(db) == ["s1" + 20 * "+"]
    assert retries == []


async def test_another_shoppers_write_does_not_wait(db: PostgresqlDatabase) -> None:
    await db.write(lambda tx: add(tx, 1, 2))
    locked, go_on = asyncio.Event(), asyncio.Event()

    async def hold(tx: Tx) -> None:
        await lock(tx, ["sho_1"])
        locked.set()
        await go_on.wait()

    holding = asyncio.create_task(db.write(hold))
    await locked.wait()
    await db.write(lambda tx: lock(tx, ["sho_2"]))
    waiting = asyncio.create_task(db.write(lambda tx: lock(tx, ["sho_1"])))
    await asyncio.sleep(0.02)
    assert not waiting.done()
    go_on.set()
    await asyncio.gather(holding, waiting)


async def test_a_database_that_is_not_there_is_unavailable() -> None:
    db = PostgresqlDatabase("postgresql://nobody@127.0.0.1:1/none", FakeClock())
    with pytest.raises(DatabaseUnavailableError):
        await db.write(lambda tx: add(tx, 1))
    with pytest.raises(DatabaseUnavailableError):
        async with db.read():
            pass
    await db.close()


async def test_a_connection_that_is_cut_is_replaced(
    db: PostgresqlDatabase, postgresql_database: str
) -> None:
    async def is_cut(tx: Tx) -> None:
        await add(tx, 1)
        [pid] = (await tx.execute("SELECT pg_backend_pid()")).scalars()
        other = await asyncpg.connect(postgresql_database)
        await other.execute("SELECT pg_terminate_backend($1)", pid)
        await other.close()
        await add(tx, 2)

    with pytest.raises(DatabaseUnavailableError):
        await db.write(is_cut)
    await db.write(lambda tx: add(tx, 3))
    assert await nicknames(db) == ["s3"]


def test_its_address_has_no_password() -> None:
    db = PostgresqlDatabase("postgresql://bff:secret@db.example/returns", FakeClock())
    assert db.address == "postgresql://bff:***@db.example/returns"


async def test_commits_are_counted(db: PostgresqlDatabase) -> None:
    commits: list[tuple[int, bool]] = []
    db.on_commit = lambda writes, seconds: commits.append((writes, seconds > 0))
    await db.write(lambda tx: add(tx, 1))
    await wait_until(lambda: bool(commits))
    assert commits == [(1, True)]
