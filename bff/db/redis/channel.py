"""The Redis channel of wake-ups."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

from redis.asyncio.client import PubSub

from bff.db.redis.client import open_client
from bff.db.relays.broker import Send

CHANNEL = "bff:wakeups"
QUIET_S = 5.0  # after which Redis is asked whether it is there


@asynccontextmanager
async def redis_channel(
    url: str, receive: Callable[[str], None], lose: Callable[[], None]
) -> AsyncIterator[Send]:
    """Raises RedisError or OSError where Redis is away."""
    async with open_client(url) as client, client.pubsub() as subscription:
        await subscription.subscribe(CHANNEL)
        if await subscription.get_message(timeout=QUIET_S) is None:
            raise ConnectionError("no answer")
        reading = asyncio.create_task(_read(subscription, receive))
        reading.add_done_callback(lambda _: lose())
        try:
            yield partial(client.publish, CHANNEL)
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)


async def _read(subscription: PubSub, receive: Callable[[str], None]) -> None:
    """Until the connection is lost: half of a quiet one that is dead would never say so."""
    pinged = False
    while True:
        message = await subscription.get_message(timeout=QUIET_S)
        if message is None and pinged:
            raise ConnectionError("no answer")
        pinged = message is None
        if pinged:
            await subscription.ping()
        elif message["type"] == "message":
            receive(message["data"])
