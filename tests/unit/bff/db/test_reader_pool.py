"""Who waits for a connection gets one in turn, and nobody keeps one."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress

import pytest

from bff.db.connection import Connection
from bff.db.reader_pool import Readers
from bff.db.sqlite import open_file


@pytest.fixture
def readers() -> Iterator[Readers]:
    made = Readers(lambda: Connection(open_file(":memory:")), most=2, wait_s=0.05)
    yield made
    made.close()


async def test_they_come_in_the_order_of_asking(readers: Readers) -> None:
    order: list[int] = []

    async def borrow(number: int) -> None:
        async with readers.lend():
            order.append(number)
            await asyncio.sleep(0)

    await asyncio.gather(*(borrow(number) for number in range(9)))
    assert order == list(range(9))


async def test_who_waits_too_long_is_told_and_takes_none_away(readers: Readers) -> None:
    async with readers.lend() as one, readers.lend() as two:
        with pytest.raises(TimeoutError):
            await readers.take()
    async with readers.lend() as third, readers.lend() as fourth:
        assert {third, fourth} == {one, two}


async def test_who_goes_away_while_being_served_gives_it_back(readers: Readers) -> None:
    async with readers.lend() as one:
        async with readers.lend():
            waiting = asyncio.create_task(readers.take())
            await asyncio.sleep(0)
        waiting.cancel()  # it has been handed one, and has not heard of it yet
        with suppress(asyncio.CancelledError):
            await waiting
        async with asyncio.timeout(1), readers.lend() as two:
            assert two is not one


async def test_what_was_closed_meanwhile_is_lent_to_nobody(readers: Readers) -> None:
    async with readers.lend() as before:
        readers.close()
    async with readers.lend() as after:
        assert after is not before
        assert (await after.execute("SELECT 1")).scalar() == 1
