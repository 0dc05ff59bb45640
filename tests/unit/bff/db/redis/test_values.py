"""Values that processes share, as long as Redis is there."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from bff.db.redis import values
from bff.db.redis.values import SharedValues
from tests.support.servers.redis import RedisServer


@pytest.fixture
async def shared(redis_url: str) -> AsyncIterator[SharedValues]:
    opened = SharedValues(redis_url)
    yield opened
    await opened.close()


async def test_what_one_process_puts_another_gets_for_a_time(
    shared: SharedValues, redis_url: str
) -> None:
    assert await shared.get("a") is None
    await shared.put("a", "ü", lasting_s=60)
    other = SharedValues(redis_url)
    assert await other.get("a") == "ü"
    await other.close()
    async with Redis.from_url(redis_url) as client:
        assert 0 < await client.ttl("bff:a") <= 60


async def test_without_redis_nothing_is_found_or_kept_until_it_is_there(
    own_redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is logged once, however often it fails."""
    monkeypatch.setattr(values, "PAUSE_S", 0.0)
    shared = SharedValues(own_redis.url)
    own_redis.stop()
    with capture_logs() as lines:
        for _ in range(3):
            await shared.put("a", "b", lasting_s=60)
            assert await shared.get("a") is None
        own_redis.start()
        await shared.put("a", "b", lasting_s=60)
        assert await shared.get("a") == "b"
    assert [line["event"] for line in lines] == ["Redis is away", "Redis is there again"]
    await shared.close()


async def test_for_a_while_after_a_failure_nobody_waits_for_redis(own_redis: RedisServer) -> None:
    shared = SharedValues(own_redis.url)
    await shared.put("a", "b", lasting_s=60)
    own_redis.stop()
    assert await shared.get("a") is None
    own_redis.start()
    await shared.put("a", "b", lasting_s=60)
    assert await shared.get("a") is None
    await shared.close()
