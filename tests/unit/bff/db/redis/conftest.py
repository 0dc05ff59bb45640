import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.servers.redis import RedisServer


@pytest.fixture
def own_redis(server_folder: Path) -> Iterator[RedisServer]:
    """A Redis of one test, which may stop and start it."""
    server = RedisServer(server_folder / f"redis-stopped-{os.getpid()}")
    server.start()
    yield server
    server.stop()
