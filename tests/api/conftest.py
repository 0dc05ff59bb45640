from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.support.shared_world import SharedWorld, open_shared_world


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(module_folder: Path) -> AsyncIterator[SharedWorld]:
    """One world for all the tests of a module that are marked `shared_loop`: none changes it."""
    async with open_shared_world(module_folder) as made:
        yield made
