"""Writers who go on while something else is done to their database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.support.return_cases import open_case
from tests.support.world import World


@dataclass
class Writers:
    """Eight, each of whom opens one return after the other; `acknowledged` are their ids."""

    world: World
    acknowledged: list[str] = field(default_factory=list)
    more: asyncio.Event = field(default_factory=asyncio.Event)
    ended: bool = False

    async def open_one(self) -> None:
        case = await open_case(self.world, pickup=True)
        self.acknowledged.append(case.this_return.id)
        self.more.set()

    async def _write(self) -> None:
        while not self.ended:
            await self.open_one()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as writers:
            for _ in range(8):
                writers.create_task(self._write())
            try:
                yield
            finally:
                self.ended = True

    async def grow(self, by: int) -> None:
        for _ in range(by):
            self.more.clear()
            await self.more.wait()
