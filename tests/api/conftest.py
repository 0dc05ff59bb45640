from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.engines import DatabaseKind, engine
from tests.support.servers.plugin import lender_of
from tests.support.shared_world import SharedWorld, open_shared_world


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(
    tmp_path_factory: pytest.TempPathFactory,
    database_kind: DatabaseKind,
    request: pytest.FixtureRequest,
) -> AsyncIterator[SharedWorld]:
    """One world for all the tests of a module that are marked `shared_loop`: none changes it."""
    with engine(lender_of(database_kind, request)):
        async with open_shared_world(tmp_path_factory.mktemp("shared")) as made:
            yield made
