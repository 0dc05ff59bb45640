"""Writes that arrive together share a commit, and nothing else."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

import pytest
from sqlalchemy import insert

from bff.core.refusal import NotFound
from bff.db import events
from bff.db.sqlite.database import MAX_WRITES_PER_COMMIT, SqliteDatabase, TransactionLostError
from bff.db.tables import shoppers
from bff.db.transaction import Tx
from tests.support.world import World

pytestmark = pytest.mark.sqlite_only("SQLite's own engine")

TOPIC = "ret_1"
Write = Callable[[Tx], Awaitable[None]]


def tells(kind: str) -> Write:
    """Written there and then, and not with what is added at the end."""

    async def tell(tx: Tx) -> None:
        await events.append(tx, "sho_1", TOPIC, kind, {})
        await tx.flush()

    return tell


async def refuses(tx: Tx) -> None:
    await tells("refused")(tx)
    raise NotFound("x")


async def known(db: SqliteDatabase) -> list[str]:
    async with db.read() as connection:
        return [event.kind for event in await events.read_after(connection, "sho_1", TOPIC, 0)]


@contextmanager
def at_commit(db: SqliteDatabase, act: Callable[[], Awaitable[None]]) -> Iterator[None]:
    """Before each commit that really writes."""
    commit = db.writer.commit

    async def acting() -> None:
        await act()
        await commit()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(db.writer, "commit", acting)
        yield


@asynccontextmanager
async def held_up(db: SqliteDatabase) -> AsyncIterator[None]:
    """The writer is busy; what is asked for meanwhile arrives together."""
    go_on = asyncio.Event()

    async def wait(_: Tx) -> None:
        await go_on.wait()

    busy = asyncio.create_task(db.write(wait))
    await asyncio.sleep(0.02)
    yield
    await asyncio.sleep(0)
    go_on.set()
    await busy


async def together(db: SqliteDatabase, *writes: Write) -> list[Any]:
    """What each is answered: its result, or its error."""
    async with held_up(db):
        results = asyncio.gather(*map(db.write, writes), return_exceptions=True)
    return list(await results)


async def test_writes_that_arrive_together_share_a_commit(world: World) -> None:
    commits: list[int] = []
    world.db.on_commit = lambda writes, seconds: commits.append(writes if seconds > 0 else 0)
    await together(
        world.sqlite, *(tells(str(number)) for number in range(MAX_WRITES_PER_COMMIT + 1))
    )
    assert await known(world.sqlite) == [str(number) for number in range(MAX_WRITES_PER_COMMIT + 1)]
    assert commits == [1, MAX_WRITES_PER_COMMIT, 1]  # what held them up, the most, the one too many


async def test_none_is_answered_before_the_commit(world: World) -> None:
    answered: list[str] = []
    too_early: list[list[str]] = []

    async def write(kind: str) -> None:
        await world.db.write(tells(kind))
        answered.append(kind)

    async def linger() -> None:
        await asyncio.sleep(0.02)
        too_early.append([*answered])

    with at_commit(world.sqlite, linger):
        async with held_up(world.sqlite):
            tasks = [asyncio.create_task(write(kind)) for kind in ("a", "b")]
        await asyncio.gather(*tasks)
    assert too_early == [[], []]  # of what held them up, and of the two
    assert answered == ["a", "b"]


async def test_a_write_that_fails_hurts_no_other(world: World) -> None:
    first, refused, last = await together(world.sqlite, tells("a"), refuses, tells("b"))
    assert (first, type(refused), last) == (None, NotFound, None)
    assert await known(world.sqlite) == ["a", "b"]


async def test_nothing_of_a_failed_part_is_added_at_the_end(world: World) -> None:
    async def use_case(tx: Tx) -> None:
        await events.append(tx, "sho_1", TOPIC, "before", {})
        with suppress(NotFound):
            async with tx.savepoint():
                await events.append(tx, "sho_1", TOPIC, "undone", {})
                raise NotFound("x")
        await events.append(tx, "sho_1", TOPIC, "after", {})

    await world.db.write(use_case)
    assert await known(world.sqlite) == ["before", "after"]


async def test_a_group_of_refused_writes_is_not_committed(world: World) -> None:
    commits: list[int] = []
    world.db.on_commit = lambda writes, _: commits.append(writes)
    with pytest.raises(NotFound):
        await world.db.write(refuses)
    assert commits == []


async def test_a_commit_that_fails_fails_all_and_wakes_nobody(world: World) -> None:
    turns = iter([False, True, False])

    async def fail_the_second() -> None:
        if next(turns):
            raise OSError("no more")

    async with world.db.wakeups.waiting_for(TOPIC) as waiter:
        woken = asyncio.create_task(waiter.wait(5))
        with at_commit(world.sqlite, fail_the_second):
            errors = await together(world.sqlite, tells("a"), tells("b"))
        await asyncio.sleep(0.02)
        assert not woken.done()
        woken.cancel()
    assert list(map(str, errors)) == ["no more", "no more"]
    await world.db.write(tells("next"))
    assert await known(world.sqlite) == ["next"]


async def test_on_a_full_disk_nothing_is_answered_that_is_lost(world: World) -> None:
    """SQLite then rolls back the whole transaction, and not the one write alone."""
    await world.db.write(lambda tx: limit_pages(tx, 3))
    row = {"id": "sho_big", "nickname": "x" * 200_000}

    async def fill(tx: Tx) -> None:
        await tx.execute(insert(shoppers), row)

    first, big, last = await together(world.sqlite, tells("before"), fill, tells("after"))
    assert isinstance(big, sqlite3.OperationalError)
    assert isinstance(first, TransactionLostError)
    assert isinstance(last, TransactionLostError)
    assert await known(world.sqlite) == []
    await world.db.write(lambda tx: limit_pages(tx, 1000))
    await world.db.write(tells("next"))
    assert await known(world.sqlite) == ["next"]


async def limit_pages(tx: Tx, more: int) -> None:
    pages = (await tx.execute("PRAGMA page_count")).scalar()
    await tx.execute(f"PRAGMA max_page_count={pages + more}")
