"""Other processes' events may come without a hint: the log is polled for them."""

import asyncio
from collections.abc import Collection
from typing import Any

from bff.core.faults import log_fault
from bff.db.bulk import chunks
from bff.db.database import Database
from bff.db.events import last_ids
from bff.graphql.subscriptions.channel import Channel

POLL_S = 5.0
MAX_POLLED_CHANNELS = 1_000


class LogPoller:
    """One for all channels; it hints to those that are behind the log."""

    def __init__(self, db: Database, channels: Collection[Channel[Any]]) -> None:
        self._db = db
        self._channels = channels
        self._polling: asyncio.Task[None] | None = None

    def begin(self) -> None:
        if self._polling is None:
            self._polling = asyncio.create_task(self._poll())

    def end(self) -> None:
        if self._polling:
            self._polling.cancel()
            self._polling = None

    async def _poll(self) -> None:
        while True:
            await asyncio.sleep(POLL_S)
            try:
                for channels in chunks([*self._channels], MAX_POLLED_CHANNELS):
                    await self._hint_behind(channels)
                    await asyncio.sleep(0)
            except Exception as error:  # noqa: BLE001 - perhaps next time
                log_fault(error)

    async def _hint_behind(self, channels: Collection[Channel[Any]]) -> None:
        shopper_ids = {channel.shopper_id for channel in channels}
        topics = {channel.topic for channel in channels}
        async with self._db.read() as connection:
            last = await last_ids(connection, [*shopper_ids], [*topics])
        for channel in channels:
            if last.get(channel.topic, 0) > channel.cursor:
                channel.hint()
