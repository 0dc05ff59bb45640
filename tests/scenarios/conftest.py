from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.journeys.stage import Stage, open_stage


@pytest.fixture
async def stage(database_folder: Path) -> AsyncIterator[Stage]:
    async with open_stage(database_folder) as opened:
        yield opened
