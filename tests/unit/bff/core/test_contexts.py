"""What a coroutine sees and sets is in the context that it was given, at each of its steps."""

import asyncio
from contextvars import ContextVar, copy_context

import pytest

from bff.core.contexts import WithinContext

name: ContextVar[str] = ContextVar("name", default="nobody")


async def own_name(then: str) -> tuple[str, str]:
    before = name.get()
    await asyncio.sleep(0)
    name.set(then)
    await asyncio.sleep(0)
    return before, name.get()


async def test_each_step_runs_in_the_context_and_none_outside_of_it() -> None:
    context = copy_context()
    context.run(name.set, "one")
    assert await WithinContext(context, own_name("two")) == ("one", "two")
    assert (name.get(), context[name]) == ("nobody", "two")


async def test_an_exception_comes_through() -> None:
    async def fail() -> None:
        await asyncio.sleep(0)
        raise LookupError("here")

    with pytest.raises(LookupError, match="here"):
        await WithinContext(copy_context(), fail())


async def test_a_cancellation_reaches_it_and_it_may_go_on() -> None:
    steps = []

    async def stubborn() -> str:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            steps.append("cancelled")
        await asyncio.sleep(0)
        return "done"

    async def wait() -> str:
        return await WithinContext(copy_context(), stubborn())

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel()
    assert await task == "done"
    assert steps == ["cancelled"]


async def test_what_it_waits_for_may_fail() -> None:
    failing = asyncio.get_running_loop().create_future()
    failing.set_exception(LookupError("there"))

    async def wait() -> str:
        try:
            await failing
        except LookupError as error:
            return str(error)
        return ""

    assert await WithinContext(copy_context(), wait()) == "there"
