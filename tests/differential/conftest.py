import os
from pathlib import Path

import pytest

from tests.support.differential.runner import built


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The towns, for all the processes of this run of the tests."""
    own, run = tmp_path_factory.getbasetemp(), os.environ.get("PYTEST_XDIST_TESTRUNUID")
    return built(own.parent / f"differential-{run}" if run else own / "differential")
