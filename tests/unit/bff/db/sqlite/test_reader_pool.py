"""Who waits for a connection gets one in turn, and nobody keeps one."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress

import pytest

from bff.db.errors import DatabaseUnavailableError
from bff.db.sqlite.connection import SqliteConnection
from bff.db.sqlite.files import open_file
from bff.db.sqlite.reader_pool import ReaderPool


@pytest.fixture
def readers() -> Iterator[ReaderPool]:
    pool = ReaderPool(lambda: SqliteConnection(open_file(":memory:")), size=2, wait_s=0.05)
    yield pool
    pool.close()


async def test_connections_are_leased_in_the_order_of_the_requests(readers: ReaderPool) -> None:
    order: list[int] = []

    async def borrow(number: int) -> None:
        async with readers.lease():
            order.append(number)
            await asyncio.sleep(0)

    await asyncio.gather(*(borrow(number) for number in range(9)))
    assert order == list(range(9))


async def test_a_wait_that_is_too_long_times_out_and_takes_none_away(readers: ReaderPool) -> None:
    async with readers.lease() as one, readers.lease() as two:
        with pytest.raises(DatabaseUnavailableError):
            await readers.acquire()
    async with readers.lease() as third, readers.lease() as fourth:
        assert {third, fourth} == {one, two}


async def test_a_lease_that_is_cancelled_as_it_begins_is_released(readers: ReaderPool) -> None:
    async with readers.lease() as one:
        async with readers.lease():
            waiting = asyncio.create_task(readers.acquire())
            await asyncio.sleep(0)
        waiting.cancel()  # it has been handed one, and has not run since
        with suppress(asyncio.CancelledError):
            await waiting
        async with asyncio.timeout(30), readers.lease() as two:
            assert two is not one


async def test_a_connection_closed_meanwhile_is_leased_to_nobody(readers: ReaderPool) -> None:
    async with readers.lease() as before:
        readers.close()
    async with readers.lease() as after:
        assert after is not before
        assert (await after.execute("SELECT 1")).scalar() == 1
