from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.hostile import Shown, shown_world


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shown(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shown]:
    """One world for all the tests of a module that are marked `shared`: none changes it."""
    async with shown_world(tmp_path_factory.mktemp("shown")) as made:
        yield made
