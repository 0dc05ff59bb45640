import asyncio
import shutil
from pathlib import Path

import pytest

from tests.support.lived_books import Books, live_all


@pytest.fixture(scope="session")
def lived_books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(live_all(tmp_path_factory.mktemp("lived")))


@pytest.fixture
def books(lived_books: Path, tmp_path: Path) -> Books:
    return Books(Path(shutil.copy(lived_books, tmp_path / "bff.sqlite3")))
