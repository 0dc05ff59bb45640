"""One world for all the tests of a module that change nothing in it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.factories import create_shopper
from tests.support.world import FakeClock, World, open_world, serving

shared_loop = pytest.mark.asyncio(loop_scope="module")


@dataclass(frozen=True)
class SharedWorld:
    """A world that several tests look at and none changes, with one shopper."""

    world: World
    shopper: str

    @property
    def token(self) -> str:
        return self.world.token(self.shopper)


@asynccontextmanager
async def open_shared_world(folder: Path) -> AsyncIterator[SharedWorld]:
    clock = FakeClock()
    services = await open_world(folder, clock=clock)
    async with serving(services) as base:
        world = World(services, clock, base)
        yield SharedWorld(world, await create_shopper(services.db))
    await services.db.close()
