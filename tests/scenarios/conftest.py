from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.journeys.stage import Stage, open_stage


@pytest.fixture
async def stage(db_folder: Path) -> AsyncIterator[Stage]:
    async with open_stage(db_folder) as opened:
        yield opened
