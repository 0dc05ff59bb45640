"""Redis servers of the tests."""

from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as NoConnectionError

from tests.support.servers.postgresql import ServerError
from tests.support.servers.redis import RedisServer


def test_it_can_be_stopped_and_started_again(server_folder: Path) -> None:
    server = RedisServer(server_folder / "redis-restarted")
    server.start()
    with Redis.from_url(server.url) as client:
        client.set("kept", "no")
        server.stop()
        with pytest.raises(NoConnectionError):
            client.get("kept")
        server.start()
        assert client.get("kept") is None
    server.stop()


def test_what_it_wrote_is_said_when_it_does_not_start(server_folder: Path) -> None:
    with pytest.raises(ServerError, match="no-option"):
        RedisServer(server_folder / "redis-wrong", "--no-option", "1").start()


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_finds_it_empty(redis_url: str, turn: int) -> None:
    with Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("key", turn)
