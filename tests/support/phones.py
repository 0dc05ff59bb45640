"""What a subscription is told: nothing more, or why not."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from tests.support.client import Socket

LONG_S = 20.0


async def silent(phone: Socket) -> bool:
    """Whether nothing more comes."""
    with suppress(TimeoutError):
        async with asyncio.timeout(0.2):
            await phone.receive()
            return False
    return True


async def refused(phone: Socket) -> Any:
    """The error's facts; the subscription has ended with it."""
    answer, end = await phone.receive(), await phone.receive()
    assert (answer["type"], answer["payload"]["data"], end["type"]) == ("next", None, "complete")
    [error] = answer["payload"]["errors"]
    return error["extensions"]


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(LONG_S):
        while not holds():  # noqa: ASYNC110 - what is waited for has no event to set
            await asyncio.sleep(0.001)
