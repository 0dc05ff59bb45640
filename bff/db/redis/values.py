"""Values that processes share through Redis, for what costs little to do without."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bff.db.redis.client import open_client

T = TypeVar("T")

PREFIX = "bff:"
TIMEOUT_S = 0.25  # a request may be waiting
PAUSE_S = 2.0  # after a failure: until then nobody waits for Redis
log = structlog.get_logger("bff.db.redis")


class SharedValues:
    """Where Redis is away, nothing is found and nothing kept; it is tried again by itself."""

    def __init__(self, url: str) -> None:
        self._client = open_client(url)
        self._away_until = 0.0
        self._failing = False

    async def get(self, key: str) -> str | None:
        value = await self._run(lambda client: client.get(PREFIX + key))
        return None if value is None else str(value)

    async def put(self, key: str, value: str, lasting_s: int) -> None:
        await self._run(lambda client: client.set(PREFIX + key, value, ex=lasting_s))

    async def close(self) -> None:
        await self._client.aclose()

    async def _run(self, call: "Callable[[Redis], Awaitable[T]]") -> T | None:
        now = asyncio.get_running_loop().time
        if now() < self._away_until:
            return None
        try:
            async with asyncio.timeout(TIMEOUT_S):
                result = await call(self._client)
        except (RedisError, OSError, TimeoutError) as error:
            self._away_until = now() + PAUSE_S
            if not self._failing:
                log.warning("Redis is away", reason=str(error) or type(error).__name__)
            self._failing = True
            return None
        if self._failing:
            log.info("Redis is there again")
        self._failing = False
        return result
