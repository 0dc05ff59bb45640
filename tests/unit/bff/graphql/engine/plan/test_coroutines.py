"""Coroutines of one level, begun on the spot."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from bff.db.reader_pool import Readers
from bff.graphql.engine.plan.coroutines import gather

Made = Callable[[asyncio.Future[int]], Coroutine[Any, Any, Any]]


async def at_once(_: asyncio.Future[int]) -> str:
    return "at once"


async def waits(future: asyncio.Future[int]) -> int:
    return await future


async def waits_twice(future: asyncio.Future[int]) -> int:
    await asyncio.sleep(0)
    return await future + await future


async def fails(_: asyncio.Future[int]) -> None:
    raise LookupError("on the spot")


async def fails_later(future: asyncio.Future[int]) -> None:
    await future
    raise LookupError("later")


async def run(*made: Made) -> list[Any]:
    loop = asyncio.get_running_loop()
    future: asyncio.Future[int] = loop.create_future()
    loop.call_later(0.01, future.set_result, 1)
    return await gather([one(future) for one in made])


@pytest.mark.parametrize(
    ("made", "values"),
    [
        ([], []),
        ([waits], [1]),
        ([at_once, at_once], ["at once", "at once"]),
        ([waits, at_once, waits, waits_twice, waits], [1, "at once", 1, 2, 1]),
    ],
)
async def test_values_come_in_order_whoever_waits_for_what(
    made: list[Made], values: list[Any]
) -> None:
    assert await run(*made) == values


@pytest.mark.parametrize("made", [[fails, waits], [waits, fails, waits], [waits, fails_later]])
async def test_one_that_fails_ends_the_others(made: list[Made]) -> None:
    with pytest.raises(Exception):  # noqa: B017, PT011 - alone, or in a group of them
        await run(*made)
    assert len(asyncio.all_tasks()) == 1


async def test_who_gives_up_is_heard_by_all(caplog: pytest.LogCaptureFixture) -> None:
    heard: list[str] = []

    async def listening(name: str) -> None:
        try:
            await asyncio.sleep(10)
        finally:
            heard.append(name)

    given_up = asyncio.create_task(gather([listening("a"), listening("b")]))
    await asyncio.sleep(0.01)
    given_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await given_up
    assert sorted(heard) == ["a", "b"]
    assert caplog.messages == []


@pytest.mark.parametrize("rounds", [1, 2])
async def test_what_is_lent_comes_back_whoever_fails_or_gives_up(rounds: int) -> None:
    readers: Any = Readers(object, 1, wait_s=10)  # type: ignore[arg-type]

    async def reads() -> None:
        async with readers.lend():
            await asyncio.sleep(0)

    async with readers.lend():
        given_up = asyncio.create_task(gather([reads(), reads()]))
        for _ in range(rounds):
            await asyncio.sleep(0)
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
        with pytest.raises(LookupError):
            await gather([reads(), fails(asyncio.Future())])
    async with asyncio.timeout(1):
        await gather([reads(), reads()])
