"""Wake-ups through Redis, which may be away for a while."""

from functools import partial

import pytest
from structlog.testing import capture_logs

from bff.db.redis.channel import redis_channel
from bff.db.relays import broker
from bff.db.relays.broker import BrokerRelay
from bff.db.wakeups import WakeUps
from tests.support.listeners import Ears
from tests.support.servers.redis import RedisServer


def relay(server: RedisServer, wakeups: WakeUps) -> BrokerRelay:
    return BrokerRelay("Redis", partial(redis_channel, server.url), wakeups)


async def test_what_one_process_commits_wakes_the_others(own_redis: RedisServer) -> None:
    one, other = WakeUps(), WakeUps()
    with Ears(one, "a") as here, Ears(other, "a", "b") as there:
        async with relay(own_redis, one), relay(own_redis, other):
            await here.until("a")
            await there.until("a", "b")
            one.publish(["a", "c"])
            assert here.woken == ["a"]
            await there.until("a")


async def test_redis_may_come_back(own_redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written while it was away wakes, as everything does."""
    monkeypatch.setattr(broker, "RECONNECT_S", 0.01)
    one, other = WakeUps(), WakeUps()
    with Ears(one, "a") as here, Ears(other, "a") as there, capture_logs() as lines:
        async with relay(own_redis, one), relay(own_redis, other):
            await here.until("a")
            await there.until("a")
            own_redis.stop()
            one.publish(["a"])
            own_redis.start()
            await there.until("a")
            await here.until("a")
            one.publish(["a"])
            await there.until("a")
    events = sorted(line["event"] for line in lines)
    assert events == ["other processes are not woken"] * 2 + ["other processes are woken again"] * 2


async def test_redis_may_be_away_from_the_start(
    own_redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker, "RECONNECT_S", 0.01)
    own_redis.stop()
    one, other = WakeUps(), WakeUps()
    async with relay(own_redis, one), relay(own_redis, other):
        with Ears(other, "a") as there:
            one.publish(["a"])
            own_redis.start()
            await there.until("a")
