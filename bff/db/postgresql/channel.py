"""The channel of wake-ups on PostgreSQL: LISTEN and NOTIFY, on a connection of its own.

NOTIFY takes a lock of the whole server at commit: it is no part of the writes that it is about.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import asyncpg

from bff.db.postgresql.pool import EVERY_CONNECTION
from bff.db.relays.broker import Send

CHANNEL = "bff_wakeups"
TIMEOUT_S = 5.0
QUIET_S = 5.0  # after which the server is asked whether it is there
NOTIFY = "SELECT pg_notify($1, $2)"


@asynccontextmanager
async def postgresql_channel(
    url: str, receive: Callable[[str], None], lose: Callable[[], None]
) -> AsyncIterator[Send]:
    """Raises asyncpg.PostgresError, OSError or TimeoutError where the server is away."""
    connection = await asyncpg.connect(
        url, timeout=TIMEOUT_S, command_timeout=TIMEOUT_S, server_settings=EVERY_CONNECTION
    )
    turn = asyncio.Lock()

    async def run(statement: str, *values: str) -> None:
        async with turn:
            await connection.execute(statement, *values)

    async def send(payload: str) -> None:
        await run(NOTIFY, CHANNEL, payload)

    async def stay() -> None:
        while True:
            await asyncio.sleep(QUIET_S)
            await run("SELECT 1")

    try:
        await connection.add_listener(CHANNEL, lambda *notification: receive(str(notification[3])))
        staying = asyncio.create_task(stay())
        staying.add_done_callback(lambda _: lose())
        connection.add_termination_listener(lambda _: lose())
        try:
            yield send
        finally:
            staying.cancel()
            await asyncio.gather(staying, return_exceptions=True)
    finally:
        connection.terminate()
