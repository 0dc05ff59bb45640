"""Coroutines of one level, begun on the spot."""

import asyncio
import inspect
from collections.abc import Callable, Coroutine
from typing import Any, cast

import pytest

from bff.db.database import Database
from bff.db.sqlite.reader_pool import ReaderPool
from bff.graphql.engine.plan.coroutines import Rest, begin, gather
from loaders.batch import Loaders

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


async def test_giving_up_cancels_all(caplog: pytest.LogCaptureFixture) -> None:
    cleaned: list[str] = []

    async def listening(name: str) -> None:
        try:
            await asyncio.sleep(10)
        finally:
            cleaned.append(name)

    given_up = asyncio.create_task(gather([listening("a"), listening("b")]))
    await asyncio.sleep(0.01)
    given_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await given_up
    assert sorted(cleaned) == ["a", "b"]
    assert caplog.messages == []


@pytest.mark.parametrize("rounds", [1, 2])
async def test_what_is_lent_comes_back_whoever_fails_or_gives_up(rounds: int) -> None:
    readers: Any = ReaderPool(object, 1, wait_s=10)  # type: ignore[arg-type]

    async def reads() -> None:
        async with readers.lease():
            await asyncio.sleep(0)

    async with readers.lease():
        given_up = asyncio.create_task(gather([reads(), reads()]))
        for _ in range(rounds):
            await asyncio.sleep(0)
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
        with pytest.raises(LookupError):
            await gather([reads(), fails(asyncio.Future())])
    async with asyncio.timeout(30):
        await gather([reads(), reads()])


async def test_what_siblings_load_is_one_batch() -> None:
    batches: list[list[str]] = []

    async def load(keys: list[str]) -> list[str]:
        batches.append(keys)
        return keys

    loaders = Loaders(cast("Database", None))
    coroutines = [loaders.in_level("key", name, load) for name in "abc"]
    assert await gather(coroutines) == ["a", "b", "c"]
    assert batches == [["a", "b", "c"]]


async def test_one_that_is_given_up_may_wait_to_clean_up() -> None:
    cleaned: list[str] = []

    async def careful(name: str) -> None:
        try:
            await asyncio.sleep(10)
        finally:
            await asyncio.sleep(0)
            cleaned.append(name)

    given_up = asyncio.create_task(gather([careful("a"), careful("b")]))
    await asyncio.sleep(0.01)
    given_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await given_up
    assert sorted(cleaned) == ["a", "b"]


async def test_the_rest_of_a_coroutine_goes_on_in_another_task() -> None:
    loop = asyncio.get_running_loop()
    future: asyncio.Future[int] = loop.create_future()
    value, rest = begin(waits_twice(future))
    assert (value, rest is None) == (None, False)
    loop.call_soon(future.set_result, 2)

    async def finish(rest: Rest[int]) -> int:
        return await rest

    assert rest is not None
    assert await asyncio.create_task(finish(rest)) == 4
    assert begin(at_once(future)) == ("at once", None)


async def test_those_that_were_not_begun_are_closed() -> None:
    coroutines = [fails(asyncio.Future()), at_once(asyncio.Future())]
    with pytest.raises(LookupError):
        await gather(coroutines)
    assert [inspect.getcoroutinestate(one) for one in coroutines] == ["CORO_CLOSED"] * 2
